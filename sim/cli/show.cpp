#include <fmt/format.h>

#include "core/record/summary.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/result_file.hpp"

namespace polyclinic {

int show_command(const std::vector<std::filesystem::path>& files) {
  std::vector<NamedResult> results;
  for (const std::filesystem::path& file : files) results.push_back({file.string(), completed_result(file)});
  if (results.size() == 1) {
    fmt::print("{}", summarize(results.front().data));
    return 0;
  }
  fmt::print("{}", compare(results));
  return 0;
}

}  // namespace polyclinic
