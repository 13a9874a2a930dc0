#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <functional>

#include "core/scenario/parse.hpp"
#include "sim/cli/completion_script.hpp"
#include "sim/cli/documents.hpp"
#include "sim/cli/help.hpp"
#include "sim/cli/scenario_options.hpp"

namespace polyclinic {
namespace {

// A function of the shell that prints the answer to its arguments, and nothing where none is known.
class ShellLookup {
 public:
  explicit ShellLookup(std::string name) : name_(std::move(name)) {}
  void add(const std::string& question, const std::string& answer) {
    if (!answer.empty()) cases_ += fmt::format("    '{}') echo '{}' ;;\n", question, answer);
  }
  [[nodiscard]] std::string text() const { return fmt::format("{}() {{\n  case \"$*\" in\n{}  esac\n}}\n", name_, cases_); }

 private:
  std::string name_;
  std::string cases_;
};

std::vector<std::string> option_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_group().empty()) continue;
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

void add_values(ShellLookup& values, const CLI::App& command) {
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      values.add(fmt::format("{} --{}", command.get_name(), name), value_name(*option));
    }
    if (option->get_positional()) values.add(command.get_name(), value_name(*option));
  }
}

// "[[chain]] model.kind" as `--set` writes it, with @ for the number or the name of the chain; of tables within it, the first.
std::string override_key(const std::string& key) {
  if (!key.starts_with("[[")) return key;
  const std::size_t end = key.find("]] ");
  const std::string table = key.substr(2, end - 2), name = key.substr(end + 3);
  const std::size_t inner = table.find('.');
  if (inner == std::string::npos) return fmt::format("{}.@.{}", table, name);
  return fmt::format("{}.@.{}.0.{}", table.substr(0, inner), table.substr(inner + 1), name);
}

std::string key_texts() {
  std::vector<std::string> keys;
  ShellLookup names("_polyclinic_key_names");
  for (const KeyHelp& key : key_reference(known_names())) {
    keys.push_back(override_key(key.key));
    names.add(keys.back(), key.allowed == "true or false" ? "true false" : fmt::format("{}", fmt::join(key.names, " ")));
  }
  return names.text() + fmt::format("_polyclinic_keys() {{\n  echo '{}'\n}}\n", fmt::join(keys, "\n"));
}

}  // namespace

std::string bash_completion(const CLI::App& app) {
  std::vector<std::string> commands;
  ShellLookup options("_polyclinic_options"), values("_polyclinic_value");
  for (const CLI::App* command : visible_commands(app)) {
    commands.push_back(command->get_name());
    options.add(command->get_name(), fmt::format("{}", fmt::join(option_names(*command), " ")));
    add_values(values, *command);
  }
  options.add("", fmt::format("{} {}", fmt::join(commands, " "), fmt::join(option_names(app), " ")));
  return fmt::format("{}{}{}{}", options.text(), values.text(), key_texts(), completion_script);
}

}  // namespace polyclinic
