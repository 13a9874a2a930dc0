#include "sim/cli/help.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cctype>
#include <regex>

namespace polyclinic {
namespace {

constexpr std::size_t line_width = 80;
constexpr std::size_t first_column_width = 26;

constexpr HelpEntry environment[] = {
    {"POLYCLINIC_DATA", "a folder with data sets, looked into after the scenario's own folder and --data"},
    {"OPENBLAS_NUM_THREADS",
     "need not be set: the program has every worker multiply with one thread, whichever build of OpenBLAS is in use"},
};
constexpr HelpEntry exit_statuses[] = {
    {"0", "all is well"},
    {"1", "it failed: a run, a check of a ledger, a file that cannot be read or written"},
    {"2", "wrong usage: an unknown option, or a scenario with a mistake; nothing was run and nothing written"},
    {"130", "interrupted by Ctrl-C; what was recorded can be read"},
};
constexpr HelpSection sections[] = {{"Environment", environment}, {"Exit status", exit_statuses}};

// Lines of at most `width`, cut between words; longer words stand alone.
std::string wrapped(const std::string& text, std::size_t width) {
  std::string result, line;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (!line.empty() && line.size() + 1 + word.size() > width) {
      result += line + "\n";
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
  }
  return result + line;
}

std::string entry_text(const std::string& term, const std::string& text) {
  std::ostringstream out;
  CLI::detail::format_help(out, term, wrapped(text, line_width - first_column_width), first_column_width);
  return out.str();
}

// CLI11's help, with text cut to lines, arguments in capitals, and kinds of values that a reader understands.
class HelpFormatter : public CLI::Formatter {
 public:
  HelpFormatter() {
    column_width(first_column_width);
    label("Positionals", "Arguments");
    label("SUBCOMMAND", "COMMAND");
  }
  std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override {
    return std::regex_replace(Formatter::make_help(app, std::move(name), mode), std::regex("\n{3,}"), "\n\n");
  }
  std::string make_description(const CLI::App* app) const override {
    const std::string details = details_of(*app);
    return wrapped(summary_of(*app), line_width) + "\n" +
           (details.empty() ? "" : "\n" + wrapped(details, line_width) + "\n") + "\n";
  }
  std::string make_subcommand(const CLI::App* command) const override {
    return entry_text(command->get_name(), summary_of(*command));
  }
  std::string make_option_name(const CLI::Option* option, bool is_positional) const override {
    return is_positional ? in_capitals(option->get_name(true, false)) : Formatter::make_option_name(option, false);
  }
  std::string make_option_opts(const CLI::Option* option) const override {
    if (option->get_positional()) return option->get_expected_max() > 1 ? " ..." : "";
    const std::string value = value_name(*option);
    return value.empty() ? "" : " " + value;
  }
  std::string make_option_desc(const CLI::Option* option) const override {
    return wrapped(option->get_description(), line_width - first_column_width);
  }
};

std::string sections_text() {
  std::string text;
  for (const HelpSection& section : sections) {
    text += fmt::format("{}:\n", section.title);
    for (const HelpEntry& entry : section.entries) text += entry_text(entry.term, entry.text);
    text += "\n";
  }
  return text + "polyclinic COMMAND --help explains a command and shows examples;\nman polyclinic has it all.";
}

}  // namespace

void add_examples(CLI::App& command, std::initializer_list<Example> examples) {
  std::string text = "Examples:";
  for (const Example& example : examples) text += fmt::format("\n  # {}\n  {}", example.purpose, example.command);
  command.footer(text);
}

std::span<const HelpSection> help_sections() { return sections; }

void describe_program(CLI::App& app) {
  app.formatter(std::make_shared<HelpFormatter>());
  app.set_help_flag("-h,--help", "explains itself and exits");
  app.footer(sections_text());
}

std::vector<const CLI::App*> visible_commands(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* command) { return !command->get_group().empty(); });
}

std::string in_capitals(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char letter) { return static_cast<char>(std::toupper(letter)); });
  return text;
}

std::string short_help(const CLI::App& app) {
  std::string text = "Usage: polyclinic COMMAND [OPTIONS]\n\n";
  for (const CLI::App* command : visible_commands(app)) text += entry_text(command->get_name(), summary_of(*command));
  return text + "\npolyclinic COMMAND --help explains a command and shows examples.\n";
}

std::string summary_of(const CLI::App& command) {
  const std::string description = command.get_description();
  return description.substr(0, description.find('\n'));
}

std::string details_of(const CLI::App& command) {
  const std::string description = command.get_description();
  const std::size_t end = description.find('\n');
  return end == std::string::npos ? "" : description.substr(end + 1);
}

std::string value_name(const CLI::Option& option) {
  if (option.get_type_size() == 0) return {};
  const std::string type = option.get_type_name();  // "TEXT:{raw,thread}", "ENUM:value in {cpu->0,cuda->1} OR {0,1}", "DIR"
  const std::string name = type.substr(0, type.find(':'));
  if (name == "INT" || name == "UINT" || name == "FLOAT") return "N";
  std::smatch members;
  if ((name != "TEXT" && name != "ENUM") || !std::regex_search(type, members, std::regex(R"(\{([^}]*)\})"))) return name;
  return std::regex_replace(std::regex_replace(members[1].str(), std::regex("->[^,]*"), ""), std::regex(","), "|");
}

std::string display_name(const CLI::Option& option) {
  if (option.get_positional()) return in_capitals(option.get_name(true, false));
  const std::string value = value_name(option);
  return option.get_name(false, true) + (value.empty() ? "" : " " + value);
}

}  // namespace polyclinic
