#include <CLI/CLI.hpp>

#include <fmt/format.h>

#include <cstdio>
#include <exception>

#include "core/base/error.hpp"
#include "core/learning/library.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/help.hpp"
#include "sim/cli/usage.hpp"
#include "sim/interrupt.hpp"

namespace polyclinic {
namespace {

constexpr int failed = 1;
constexpr int wrong_usage = 2;
constexpr int interrupted = 130;  // as a shell reports SIGINT

int parse_and_run(int argc, char** argv) {
  CLI::App app("Polyclinic: medical institutions that train models together over blockchains, simulated", "polyclinic");
  describe_program(app);
  app.require_subcommand(1);
  app.set_version_flag("--version", "polyclinic " POLYCLINIC_VERSION, "prints the version and exits");
  int status = 0;
  for (const auto add :
       {add_new, add_run, add_sweep, add_check, add_show, add_report, add_verify, add_list, add_completion, add_man}) {
    add(app, status);
  }
  for (CLI::App* command : app.get_subcommands({})) {
    if (!command->get_group().empty()) command->group("Commands");
  }
  app.parse_complete_callback([&app] {
    if (!app.got_subcommand("completion") && !app.got_subcommand("man")) configure_library();
  });
  if (argc < 2) {
    fmt::print(stderr, "{}", short_help(app));
    return wrong_usage;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // help and version
    fmt::print(stderr, "{}\n", usage_message(app, error));
    return wrong_usage;
  }
  return status;
}

int guarded(int argc, char** argv) {
  try {
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
