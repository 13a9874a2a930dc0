// How the program explains itself. What a subcommand does and how it is used stands in its own file, beside its options: the
// first line of its description says it in short, the lines after it in full, and add_examples() shows it. `--help`, the man
// page and the shell's completion are made from these alone.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace polyclinic {

struct Example {
  const char* purpose;
  const char* command;  // one line that a shell runs
};
// Puts examples below the subcommand's options; once a subcommand.
void add_examples(CLI::App& command, std::initializer_list<Example> examples);

// Text about the whole program: below the commands of `polyclinic --help`, and in the man page.
struct HelpEntry {
  const char* term;
  const char* text;
};
struct HelpSection {
  const char* title;
  std::span<const HelpEntry> entries;
};
[[nodiscard]] std::span<const HelpSection> help_sections();

// Gives the program its look of help and its sections; to be called before any subcommand is added.
void describe_program(CLI::App& app);

// The subcommands that people are told of.
[[nodiscard]] std::vector<const CLI::App*> visible_commands(const CLI::App& app);

[[nodiscard]] std::string in_capitals(std::string text);

// What `polyclinic` without arguments says.
[[nodiscard]] std::string short_help(const CLI::App& app);

// First line of a subcommand's description, and the paragraphs after it (empty: none).
[[nodiscard]] std::string summary_of(const CLI::App& command);
[[nodiscard]] std::string details_of(const CLI::App& command);

// What kind of value an option or argument takes; empty for a flag. Completion goes by it: "FILE.toml", "FILE.h5" and the like
// are files with that ending, "DIR" folders, "KEY=VALUE" a scenario's keys, other capitals free text, and what else stands
// between bars is a word to choose: "cpu|cuda", "DIR|none". Set by Option::type_name() or taken from its list of members.
[[nodiscard]] std::string value_name(const CLI::Option& option);
// As its users know it: "SCENARIO", "-h,--help", "--set KEY=VALUE".
[[nodiscard]] std::string display_name(const CLI::Option& option);

}  // namespace polyclinic
