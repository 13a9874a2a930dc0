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

int parse_and_run(int argc, char** argv) {
  CLI::App app("Polyclinic: medical institutions that train models together over blockchains, simulated");
  app.require_subcommand(1);
  app.set_version_flag("--version", "polyclinic " POLYCLINIC_VERSION);
  int status = 0;
  for (const auto add : {add_run, add_check, add_show, add_verify, add_list}) add(app, status);
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
