#include "sim/cli/usage.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "core/scenario/nearest.hpp"

namespace polyclinic {
namespace {

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  return names;
}

std::vector<std::string> option_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

bool leaves_arguments(const CLI::ParseError& error) {
  const auto code = static_cast<CLI::ExitCodes>(error.get_exit_code());  // its name is sometimes the subcommand's
  return code == CLI::ExitCodes::ExtrasError || code == CLI::ExitCodes::RequiredError;
}

// "" where all arguments are known.
std::string unknown_argument(const CLI::App& app, const CLI::App& command) {
  const std::vector<std::string> left = app.remaining(true);
  if (left.empty()) return {};
  const std::string argument = left.front().substr(0, left.front().find('='));
  if (argument.starts_with('-')) {
    return fmt::format("option \"{}\" is not known{}", argument, did_you_mean(argument, option_names(command)));
  }
  if (&command != &app) return fmt::format("argument \"{}\" is one too many", left.front());
  return fmt::format("command \"{}\" is not known{}", argument, did_you_mean(argument, command_names(app)));
}

}  // namespace

std::string usage_message(const CLI::App& app, const CLI::ParseError& error) {
  const std::vector<CLI::App*> commands = app.get_subcommands();
  const CLI::App& command = commands.empty() ? app : *commands.front();
  const std::string path = commands.empty() ? "polyclinic" : "polyclinic " + command.get_name();
  const std::string unknown = leaves_arguments(error) ? unknown_argument(app, command) : "";
  return fmt::format("{}: {}; {} --help explains it", path, unknown.empty() ? error.what() : unknown, path);
}

}  // namespace polyclinic
