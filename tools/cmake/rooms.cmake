# polyclinic_room(NAME SOURCES file... LINKS target...): one folder of core/ or sim/ as a static library. What a room may
# include is what it links: the direction of dependency is checked by the build itself.
# GCC 12 sees overlapping copies in std::string + where there are none (its bug 105651): -Wrestrict stays off.
set(POLYCLINIC_WARNINGS -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -Wno-restrict)

function(polyclinic_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;LINKS" ${ARGN})
  add_library(polyclinic_${name} STATIC ${ROOM_SOURCES})
  target_include_directories(polyclinic_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_compile_options(polyclinic_${name} PRIVATE ${POLYCLINIC_WARNINGS})
  target_link_libraries(polyclinic_${name} PUBLIC ${ROOM_LINKS})
endfunction()

# polyclinic_tests(NAME SOURCES file... LINKS target...): one test program, which CTest runs as one process.
# With ISOLATED every TEST_CASE is a process of its own: two simulations in one process would share SimGrid's clock.
function(polyclinic_tests name)
  cmake_parse_arguments(TESTS "ISOLATED" "" "SOURCES;LINKS" ${ARGN})
  add_executable(test_${name} ${TESTS_SOURCES} ${PROJECT_SOURCE_DIR}/tests/support/main.cpp)
  # What tests measure lies in the rooms; their own sources compile a fifth faster like this.
  target_compile_options(test_${name} PRIVATE ${POLYCLINIC_WARNINGS} $<$<CONFIG:Release>:-O1>)
  target_link_libraries(test_${name} PRIVATE ${TESTS_LINKS} doctest::doctest)
  if(TESTS_ISOLATED)
    doctest_discover_tests(test_${name} TEST_PREFIX "${name}: " PROPERTIES LABELS ${name} TIMEOUT 300)
  else()
    add_test(NAME ${name} COMMAND test_${name})
    set_tests_properties(${name} PROPERTIES LABELS ${name} TIMEOUT 300)
  endif()
endfunction()
