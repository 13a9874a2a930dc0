# polyclinic_room(NAME SOURCES file... ALONE file... LINKS target...): one folder of core/ or sim/ as a static library. What a room may
# include is what it links: the direction of dependency is checked by the build itself. ALONE: sources with names of their own that
# others of the room have too.
# GCC 12 sees overlapping copies in std::string + where there are none (its bug 105651): -Wrestrict stays off.
set(POLYCLINIC_WARNINGS -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -Wno-restrict)
# Nor can it follow the optional tensors of newer LibTorch.
if(Torch_VERSION VERSION_GREATER_EQUAL 2)
  list(APPEND POLYCLINIC_WARNINGS -Wno-maybe-uninitialized)
endif()

# Headers that nearly every source reads, parsed once for rooms and once for tests (which are compiled with other options): a quarter of
# the build's time. Sources still include what they use.
option(POLYCLINIC_PRECOMPILE "Precompile the headers that most sources include" ON)
# From precompiled headers GCC 12 warns of library code that it inlines (std::string's copies), which it passes over elsewhere; a
# build without them, as the debug preset's, has these warnings on.
if(POLYCLINIC_PRECOMPILE)
  list(APPEND POLYCLINIC_WARNINGS -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread)
endif()

# Rooms compile in far less time where headers are read once for several sources (tests cannot: LibTorch and doctest both define
# CHECK, and the last one in a file counts). The debug preset compiles each source by itself: there a missing include is seen.
option(POLYCLINIC_UNITY "Compile several sources of a room at once" ON)

# polyclinic_common_headers(NAME option...): a target, compiled with these options, whose precompiled headers others use.
function(polyclinic_common_headers name)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp)
  file(CONFIGURE OUTPUT ${source} CONTENT "")
  add_library(${name} OBJECT ${source})
  target_link_libraries(${name} PRIVATE polyclinic_torch fmt::fmt)
  target_compile_options(${name} PRIVATE ${POLYCLINIC_WARNINGS} ${ARGN})
  target_precompile_headers(${name} PRIVATE <ATen/core/Tensor.h> <fmt/format.h> <algorithm> <functional> <map> <memory> <optional>
                                            <string> <vector>)
endfunction()

function(polyclinic_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;ALONE;LINKS" ${ARGN})
  add_library(polyclinic_${name} STATIC ${ROOM_SOURCES} ${ROOM_ALONE})
  set_target_properties(polyclinic_${name} PROPERTIES UNITY_BUILD ${POLYCLINIC_UNITY} UNITY_BUILD_BATCH_SIZE 8)
  set_source_files_properties(${ROOM_ALONE} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  target_include_directories(polyclinic_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_compile_options(polyclinic_${name} PRIVATE ${POLYCLINIC_WARNINGS})
  target_link_libraries(polyclinic_${name} PUBLIC ${ROOM_LINKS})
  polyclinic_precompile(polyclinic_${name} polyclinic_headers)
endfunction()

# polyclinic_precompile(TARGET HEADERS): only where LibTorch is in reach; other rooms must not see it.
function(polyclinic_precompile target headers)
  get_target_property(links ${target} LINK_LIBRARIES)
  polyclinic_reaches_torch(reaches "${links}")
  if(POLYCLINIC_PRECOMPILE AND reaches)
    target_precompile_headers(${target} REUSE_FROM ${headers})
  endif()
endfunction()

function(polyclinic_reaches_torch result links)
  set(${result} FALSE PARENT_SCOPE)
  foreach(link ${links})
    set(reaches FALSE)
    if(link STREQUAL polyclinic_torch)
      set(reaches TRUE)
    elseif(link MATCHES "^polyclinic_")
      get_target_property(further ${link} INTERFACE_LINK_LIBRARIES)
      polyclinic_reaches_torch(reaches "${further}")
    endif()
    if(reaches)
      set(${result} TRUE PARENT_SCOPE)
      return()
    endif()
  endforeach()
endfunction()

# polyclinic_tests(NAME SOURCES file... LINKS target...): one test program, which CTest runs as one process.
# With ISOLATED every TEST_CASE is a process of its own: two simulations in one process would share SimGrid's clock.
function(polyclinic_tests name)
  cmake_parse_arguments(TESTS "ISOLATED" "" "SOURCES;LINKS" ${ARGN})
  add_executable(test_${name} ${TESTS_SOURCES})
  # What tests measure lies in the rooms; their own sources compile a fifth faster like this.
  target_compile_options(test_${name} PRIVATE ${POLYCLINIC_WARNINGS} $<$<CONFIG:Release>:-O1>)
  target_link_libraries(test_${name} PRIVATE ${TESTS_LINKS} polyclinic_test_main)
  polyclinic_precompile(test_${name} polyclinic_headers_O1)
  if(TESTS_ISOLATED)
    doctest_discover_tests(test_${name} TEST_PREFIX "${name}: " PROPERTIES LABELS ${name} TIMEOUT 300)
  else()
    add_test(NAME ${name} COMMAND test_${name})
    set_tests_properties(${name} PROPERTIES LABELS ${name} TIMEOUT 300)
  endif()
endfunction()
