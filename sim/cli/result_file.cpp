#include "sim/cli/result_file.hpp"

#include <fmt/format.h>

#include "core/base/error.hpp"
#include "core/record/reader.hpp"

namespace polyclinic {

ResultData completed_result(const std::filesystem::path& file) {
  ResultData data = read_result(file);
  try {
    if (complete_file(file)) fmt::print("{}: completed from its journal\n", file.string());
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
  }
  return data;
}

}  // namespace polyclinic
