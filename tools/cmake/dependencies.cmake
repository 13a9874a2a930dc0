# Every library that Polyclinic uses, and why. Debian 12's packages are the default; newer ones are accepted
# through CMAKE_PREFIX_PATH. The packages themselves are listed in tools/packages.txt.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)                     # text: messages, tables
find_package(CLI11 REQUIRED)                   # the command line
find_package(nlohmann_json REQUIRED)           # what a report shows, as the page reads it
find_package(tomlplusplus REQUIRED)            # scenarios, with line numbers for error messages
find_package(Boost REQUIRED)                   # Boost.Math's headers: quantiles of Student's t
find_package(ZLIB REQUIRED)                    # MNIST's .gz files
find_package(OpenSSL REQUIRED COMPONENTS Crypto)  # SHA-256 by SHA instructions, and MD5 of known data files
find_package(Torch REQUIRED)                   # learning
set(HDF5_PREFER_PARALLEL OFF)
find_package(HDF5 REQUIRED COMPONENTS C)       # results
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)  # hashes and signatures
pkg_check_modules(SIMGRID REQUIRED IMPORTED_TARGET simgrid)   # the simulated world
pkg_check_modules(LIBZIP REQUIRED IMPORTED_TARGET libzip)     # .npz archives
pkg_check_modules(STB REQUIRED IMPORTED_TARGET stb)           # PNG and JPEG images
find_file(PLOTLY_JS plotly.js PATHS /usr/share/python3-plotly REQUIRED)  # a report's figures, interactive: embedded in the program

# Third-party headers are system headers, so that -Wall ... -Werror judges our own code alone.
add_library(polyclinic_torch INTERFACE)
target_link_libraries(polyclinic_torch INTERFACE ${TORCH_LIBRARIES})
get_target_property(fmt_headers fmt::fmt INTERFACE_INCLUDE_DIRECTORIES)
get_filename_component(torch_headers ${TORCH_INSTALL_PREFIX}/include REALPATH)
if(EXISTS ${torch_headers}/fmt AND NOT torch_headers STREQUAL fmt_headers)  # of another fmt than the one that the program links
  file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/first)
  file(CREATE_LINK ${fmt_headers}/fmt ${PROJECT_BINARY_DIR}/first/fmt SYMBOLIC)
  target_include_directories(polyclinic_torch SYSTEM INTERFACE ${PROJECT_BINARY_DIR}/first)
endif()
target_include_directories(polyclinic_torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
add_library(polyclinic_hdf5 INTERFACE)
target_link_libraries(polyclinic_hdf5 INTERFACE ${HDF5_C_LIBRARIES})
target_include_directories(polyclinic_hdf5 SYSTEM INTERFACE ${HDF5_C_INCLUDE_DIRS})
add_library(libzip::zip ALIAS PkgConfig::LIBZIP)
