# cmake -DROOT=... -DBUILD_WITH=... -DOUTPUT=FILE.hpp -P code_version.cmake FOLDER...: one SHA-256 over all C++ sources of the folders
# below ROOT, and over what they are built with, as a header. Results that were kept on disk count for this code alone.
set(folders)
math(EXPR last "${CMAKE_ARGC} - 1")
foreach(i RANGE ${last})
  if(CMAKE_ARGV${i} STREQUAL "-P")
    math(EXPR first "${i} + 2")
  endif()
endforeach()
foreach(i RANGE ${first} ${last})
  list(APPEND folders ${CMAKE_ARGV${i}})
endforeach()

set(text "${BUILD_WITH}")
foreach(folder ${folders})
  file(GLOB_RECURSE sources RELATIVE ${ROOT} ${ROOT}/${folder}/*.hpp ${ROOT}/${folder}/*.cpp)
  list(SORT sources)
  foreach(source ${sources})
    file(SHA256 ${ROOT}/${source} digest)
    string(APPEND text "\n${digest} ${source}")
  endforeach()
endforeach()
string(SHA256 version "${text}")
file(WRITE ${OUTPUT} "// Made at build time from the sources that results of jobs depend on.
#pragma once

#include <string_view>

namespace polyclinic {

constexpr std::string_view code_version = \"${version}\";

}  // namespace polyclinic
")
