# `cmake --build BUILD --target package`: a Debian package of what `cmake --install` installs.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME polyclinic)
set(CPACK_PACKAGE_CONTACT "The Polyclinic authors <polyclinic@authors.invalid>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "simulator of medical institutions that learn together over blockchains")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
    "Polyclinic simulates many institutions that train a model together over one
or several blockchains without exchanging patient data: real training with
LibTorch, simulated time with SimGrid, and one HDF5 file for each run. It is
for researchers in privacy-preserving learning who ask what partial sharing
of parameters costs and buys.")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

# Libraries are found in the program itself. LibTorch wants any BLAS, the program one that several workers can call at once,
# which OpenBLAS's serial build is not, and a fast one, which reference BLAS is not.
# Python runs what draws and reads results.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libopenblas0-openmp, python3:any")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "bash-completion, man-db")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "python3-h5py, python3-matplotlib, python3-pandas, slurm-client")

string(TIMESTAMP POLYCLINIC_CHANGELOG_DATE "%a, %d %b %Y %H:%M:%S +0000" UTC)
configure_file(tools/packaging/changelog.in ${POLYCLINIC_DOCUMENTS}/changelog @ONLY)
if(GZIP)
  execute_process(COMMAND ${GZIP} -9nf ${POLYCLINIC_DOCUMENTS}/changelog)
endif()
install(FILES ${POLYCLINIC_DOCUMENTS}/changelog.gz DESTINATION ${CMAKE_INSTALL_DOCDIR} OPTIONAL)
include(CPack)
