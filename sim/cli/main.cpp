#include <CLI/CLI.hpp>

#include <fmt/format.h>

#include <cstdio>
#include <exception>

#include "core/base/error.hpp"
#include "core/learning/library.hpp"
#include "sim/cli/commands.hpp"
#include "sim/interrupt.hpp"

namespace polyclinic {
namespace {

constexpr int failed = 1;
constexpr int wrong_usage = 2;
constexpr int interrupted = 130;  // as a shell reports SIGINT

void add_scenario_options(CLI::App& command, ScenarioOptions& options) {
  command.add_option("scenario", options.file, "scenario file (TOML)")->required();
  command.add_option("--set", options.overrides, "override a key, such as chain.0.sharing.fraction=0.1")
      ->allow_extra_args(false)
      ->type_name("KEY=VALUE");
  command
      .add_option_function<std::string>(
          "--seed", [&options](const std::string& seed) { options.overrides.push_back("seed=" + seed); },
          "the scenario's seed")
      ->type_name("N");
  command.add_option("--data", options.data, "folder with data sets (also: environment POLYCLINIC_DATA)")->type_name("DIR");
}

void add_run(CLI::App& app, RunOptions& options, int& status) {
  CLI::App* run = app.add_subcommand("run", "simulate a scenario and write its result file");
  add_scenario_options(*run, options.scenario);
  run->add_option("--out", options.out, "result file (default: results/NAME.h5)")->type_name("FILE.h5");
  run->add_option("--threads", options.threads, "worker threads (default: one a core)")->check(CLI::Range(1, 1024));
  run->add_option("--device", options.device, "where to learn: cpu or cuda")
      ->transform(CLI::CheckedTransformer(std::map<std::string, Device>{{"cpu", Device::cpu}, {"cuda", Device::cuda}}));
  run->add_option("--contexts", options.contexts, "SimGrid's context factory; results do not depend on it")
      ->check(CLI::IsMember({"raw", "thread", "boost"}));
  run->add_flag("--quiet", options.quiet, "no progress and no summary");
  run->add_flag("--force", options.force, "overwrite an existing result file");
  run->callback([&] { status = run_command(options); });
}

int parse_and_run(int argc, char** argv) {
  CLI::App app("Polyclinic: medical institutions that train models together over blockchains, simulated");
  app.require_subcommand(1);
  app.set_version_flag("--version", "polyclinic " POLYCLINIC_VERSION);
  int status = 0;
  RunOptions run;
  ScenarioOptions check;
  std::vector<std::filesystem::path> shown;
  std::filesystem::path verified;
  std::string topic;
  add_run(app, run, status);
  CLI::App* check_app = app.add_subcommand("check", "validate a scenario and print what it would do; trains nothing");
  add_scenario_options(*check_app, check);
  check_app->callback([&] { status = check_command(check); });
  CLI::App* show = app.add_subcommand("show", "summary of one result file, or several side by side");
  show->add_option("files", shown, "result files")->required();
  show->callback([&] { status = show_command(shown); });
  CLI::App* verify = app.add_subcommand("verify", "check the ledgers in a result file again, from their bytes alone");
  verify->add_option("file", verified, "result file")->required();
  verify->callback([&] { status = verify_command(verified); });
  CLI::App* list = app.add_subcommand("list", "every name and key that a scenario may use");
  list->add_option("topic", topic, "datasets, models, sharing, consensus or keys (default: all names)");
  list->callback([&] { status = list_command(topic); });
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : wrong_usage;
  }
  return status;
}

int guarded(int argc, char** argv) {
  try {
    configure_library();
    return parse_and_run(argc, argv);
  } catch (const Interrupted&) {
    fmt::print(stderr, "\ninterrupted: what was recorded can be read\n");
    return interrupted;
  } catch (const UsageError& error) {
    fmt::print(stderr, "polyclinic: {}\n", error.what());
    return wrong_usage;
  } catch (const std::exception& error) {
    fmt::print(stderr, "polyclinic: {}\n", error.what());
    return failed;
  }
}

}  // namespace
}  // namespace polyclinic

int main(int argc, char** argv) { return polyclinic::guarded(argc, argv); }
