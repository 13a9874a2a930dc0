#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "core/record/summary.hpp"
#include "core/study/study_result.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/help.hpp"
#include "sim/cli/result_file.hpp"

namespace polyclinic {

namespace {

using Paths = std::vector<std::filesystem::path>;

// The folder of the study that `path` is, or whose manifest it is; empty where it is neither.
std::filesystem::path study_folder(const std::filesystem::path& path) {
  if (std::filesystem::is_directory(path)) return path;
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  return path.filename() == "study.h5" && holds_study(folder) ? folder : std::filesystem::path();
}

std::string text_of_files(const Paths& files) {
  std::vector<NamedResult> results;
  for (const std::filesystem::path& file : files) results.push_back({file.string(), completed_result(file)});
  return results.size() == 1 ? summarize(results.front().data) : compare(results);
}

// Result files side by side, then each study by itself.
int show_command(const Paths& paths) {
  Paths files;
  std::vector<std::string> parts;
  for (const std::filesystem::path& path : paths) {
    const std::filesystem::path folder = study_folder(path);
    if (folder.empty())
      files.push_back(path);
    else
      parts.push_back(summarize(read_study(folder)));
  }
  if (!files.empty()) parts.insert(parts.begin(), text_of_files(files));
  fmt::print("{}", fmt::join(parts, "\n"));
  return 0;
}

}  // namespace

void add_show(CLI::App& app, int& status) {
  CLI::App* show = app.add_subcommand("show",
                                      "print what came of a run, of several side by side, or of a study\n"
                                      "The file of a killed run is completed from its journal.");
  const auto paths = std::make_shared<Paths>();
  show->add_option("files", *paths, "result files, and folders of studies")->required()->type_name("FILE.h5|DIR");
  add_examples(*show, {{"what came of it?", "polyclinic show results/quickstart.h5"},
                       {"two runs side by side", "polyclinic show results/poa.h5 results/pbft.h5"},
                       {"a study's figures, with intervals", "polyclinic show results/fraction"}});
  show->callback([paths, &status] { status = show_command(*paths); });
}

}  // namespace polyclinic
