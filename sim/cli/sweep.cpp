#include <fmt/format.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "core/base/error.hpp"
#include "sim/batch/engine.hpp"
#include "sim/batch/sweep.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/help.hpp"
#include "sim/cli/scenario_options.hpp"
#include "sim/cli/store_options.hpp"

namespace polyclinic {
namespace {

constexpr int some_failed = 1;
constexpr int interrupted = 130;  // as a shell reports SIGINT

struct SweepArguments {
  std::filesystem::path study;
  SweepOptions sweep;
  StoreOptions store;
  bool dry_run = false;
  bool only_quick = false;
  bool no_wait = false;
  bool quiet = false;
};

SweepOptions options_of(const SweepArguments& arguments) {
  SweepOptions options = arguments.sweep;
  options.wait = !arguments.no_wait;
  options.store = arguments.store.folder;
  options.store_limit_bytes = arguments.store.limit_bytes;
  using Display = SweepProgress::Display;
  if (arguments.quiet) {
    options.display = Display::failures;
  } else {
    options.display = isatty(STDERR_FILENO) != 0 ? Display::line : Display::lines;
  }
  return options;
}

void print_result(const StudyResult& result, const std::filesystem::path& folder) {
  fmt::print("{}\nmanifest: {}\nreport: polyclinic report {} --out report.html\n", summarize(result),
             (folder / "study.h5").string(), folder.string());
}

int report(const SweepEnd& end, const SweepArguments& arguments) {
  const std::filesystem::path& folder = arguments.sweep.folder;
  const std::size_t complete = count_runs(end.result, StudyRunState::complete);
  const std::size_t runs = end.result.runs.size();
  if (!arguments.quiet && complete > 0) print_result(end.result, folder);
  if (end.interrupted) {
    fmt::print(stderr, "interrupted: {} of {} runs are complete in {}; --resume does the others\n", complete, runs,
               folder.string());
    return interrupted;
  }
  if (complete == runs || arguments.no_wait) return 0;
  fmt::print(stderr, "polyclinic: {} of {} runs are not complete, {} failed; --resume does them again\n", runs - complete,
             runs, count_runs(end.result, StudyRunState::failed));
  return some_failed;
}

int sweep_command(const SweepArguments& arguments) {
  if (arguments.no_wait && arguments.sweep.engine == "local") {
    throw UsageError("--no-wait: runs on this machine end with the sweep; --engine slurm can do without it");
  }
  const StudyPart part = arguments.only_quick ? StudyPart::quick : StudyPart::whole;
  const Study study = load_study(arguments.study, known_names(), part);
  const SweepOptions options = options_of(arguments);
  if (arguments.dry_run) {
    fmt::print("{}", describe_sweep(study, options));
    return 0;
  }
  return report(sweep(study, options), arguments);
}

void add_folder_options(CLI::App& sweep, SweepArguments& arguments) {
  sweep.add_option("study", arguments.study, "the study")->required()->type_name("STUDY.toml");
  sweep.add_option("--out", arguments.sweep.folder, "folder of its results: new, empty, or with --resume its own")
      ->required()
      ->type_name("DIR")
      ->group("Result");
  sweep
      .add_flag("--resume", arguments.sweep.resume, "do what is missing, incomplete or failed, and leave what is complete")
      ->group("Result");
  sweep.add_flag("--quick", arguments.only_quick, "only what the study's table [quick] lists; --resume without it does the rest")
      ->group("Result");
  sweep.add_flag("--dry-run", arguments.dry_run, "print what would be done, and write nothing")->group("Result");
  sweep.add_flag("--quiet", arguments.quiet, "no progress and no summary; failed runs are still told")->group("Result");
}

void add_work_options(CLI::App& sweep, SweepArguments& arguments) {
  std::vector<std::string> names;
  for (const NamedKind& engine : engines()) names.push_back(engine.name);
  sweep.add_option("--jobs", arguments.sweep.jobs, "runs side by side (default: one a core; on a cluster, no limit)")
      ->check(CLI::Range(1, 100000))
      ->type_name("N")
      ->group("Computation");
  sweep
      .add_option("--threads", arguments.sweep.threads,
                  "worker threads of each (default: the study's resources.threads, or cores / jobs)")
      ->check(CLI::Range(1, 1024))
      ->type_name("N")
      ->group("Computation");
  sweep.add_option("--engine", arguments.sweep.engine, "where to run: on this machine, or on a Slurm cluster")
      ->check(CLI::IsMember(names))
      ->group("Computation");
  sweep.add_flag("--no-wait", arguments.no_wait, "with --engine slurm: submit and return")->group("Computation");
  sweep.add_option("--data", arguments.sweep.data, "folder with data sets (also: environment POLYCLINIC_DATA)")
      ->type_name("DIR")
      ->group("Computation");
  add_store_options(sweep, arguments.store, "DIR/store");
}

}  // namespace

void add_sweep(CLI::App& app, int& status) {
  CLI::App* sweep =
      app.add_subcommand("sweep",
                         "carry out all runs of a study\n"
                         "Each run is a process with a result file and a log of its own in DIR/runs; study.h5 "
                         "there is the table of them all. A run that fails stops no other. After Ctrl-C, a kill "
                         "or a failure, --resume does what is left. The results of jobs are kept in DIR/store "
                         "unless --store says otherwise.");
  const auto arguments = std::make_shared<SweepArguments>();
  add_folder_options(*sweep, *arguments);
  add_work_options(*sweep, *arguments);
  add_examples(*sweep, {{"what would be done?", "polyclinic sweep fraction.toml --out fraction --dry-run"},
                        {"all of it, on every core", "polyclinic sweep fraction.toml --out fraction"},
                        {"go on after a kill, two runs at once",
                         "polyclinic sweep fraction.toml --out fraction --resume --jobs 2"}});
  sweep->callback([arguments, &status] { status = sweep_command(*arguments); });
}

}  // namespace polyclinic
