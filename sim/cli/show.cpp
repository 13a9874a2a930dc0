#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "core/record/summary.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/help.hpp"
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
  CLI::App* show = app.add_subcommand("show",
                                      "print what came of a run, or of several side by side\n"
                                      "The file of a killed run is completed from its journal.");
  const auto files = std::make_shared<std::vector<std::filesystem::path>>();
  show->add_option("files", *files, "result files")->required()->type_name("FILE.h5");
  add_examples(*show, {{"what came of it?", "polyclinic show results/quickstart.h5"},
                       {"two runs side by side", "polyclinic show results/poa.h5 results/pbft.h5"}});
  show->callback([files, &status] { status = show_command(*files); });
}

}  // namespace polyclinic
