#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "core/record/summary.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/result_file.hpp"

namespace polyclinic {

namespace {

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

}  // namespace

void add_show(CLI::App& app, int& status) {
  CLI::App* show = app.add_subcommand("show", "summary of one result file, or several side by side");
  const auto files = std::make_shared<std::vector<std::filesystem::path>>();
  show->add_option("files", *files, "result files")->required();
  show->callback([files, &status] { status = show_command(*files); });
}

}  // namespace polyclinic
