#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <sstream>

#include "sim/cli/documents.hpp"
#include "sim/cli/help.hpp"

namespace polyclinic {
namespace {

constexpr const char* description =
    "Polyclinic simulates medical institutions that train a model together over one or several blockchains without "
    "exchanging patient data. A scenario, a file in TOML, says who takes part, what data they hold, what leaves them, "
    "how they agree and what goes wrong; a run of it ends in one HDF5 file. Two runs of a scenario on one machine "
    "give the same results, whatever the number of threads.";

constexpr HelpEntry files[] = {
    {"PREFIX/share/polyclinic/scenarios/",
     "scenarios to start from, studies in studies/, measured networks in calibration/; PREFIX is /usr for the Debian "
     "package"},
    {"PREFIX/share/polyclinic/datasets/", "which data sets are known by name, and where they come from"},
    {"PREFIX/share/polyclinic/tools/", "programs in Python that draw and read results"},
    {"PREFIX/share/doc/polyclinic/", "the guide, and what a result file holds"},
    {"DIR/study.toml, DIR/study.h5, DIR/runs/",
     "a study in full, its table of figures, and a result and a log of every run"},
    {"results/NAME.h5", "result of a run where --out names no other; NAME is the scenario's"},
};

// Text as groff prints it unchanged: no escapes, real hyphens, and no line that looks like a request.
std::string escaped(const std::string& text) {
  std::string result;
  bool starts_line = true;
  for (const char letter : text) {
    if (starts_line && (letter == '.' || letter == '\'')) result += "\\&";
    if (letter == '\\')
      result += "\\e";
    else if (letter == '-')
      result += "\\-";
    else
      result += letter;
    starts_line = letter == '\n';
  }
  return result;
}

std::string entry_text(const std::string& term, const std::string& text) {
  return fmt::format(".TP\n\\fB{}\\fR\n{}\n", escaped(term), escaped(text));
}

std::string entries_text(const std::string& title, std::span<const HelpEntry> entries) {
  std::string text = fmt::format(".SH \"{}\"\n", title);
  for (const HelpEntry& entry : entries) text += entry_text(entry.term, entry.text);
  return text;
}

// Examples as they stand below the options: comment and command, without CLI's heading and indentation.
std::string examples_text(const std::string& footer) {
  if (footer.empty()) return {};
  std::istringstream lines(footer);
  std::string title, text;
  std::getline(lines, title);
  for (std::string line; std::getline(lines, line);)
    text += line.substr(std::min(line.find_first_not_of(' '), line.size())) + "\n";
  return fmt::format(".PP\n{}\n.PP\n.RS 4\n.EX\n{}.EE\n.RE\n", title, escaped(text));
}

std::string usage_text(const CLI::App& command) {
  std::string text = command.get_name() + " [OPTIONS]";
  for (const CLI::Option* argument :
       command.get_options([](const CLI::Option* option) { return option->get_positional(); })) {
    const std::string name = display_name(*argument) + (argument->get_expected_max() > 1 ? " ..." : "");
    text += argument->get_required() ? " " + name : " [" + name + "]";
  }
  return text;
}

std::string command_text(const CLI::App& command) {
  std::string text =
      fmt::format(".SS \"polyclinic {}\"\n{}\n", escaped(usage_text(command)), escaped(summary_of(command)) + ".");
  if (const std::string details = details_of(command); !details.empty()) text += ".PP\n" + escaped(details) + "\n";
  for (const CLI::Option* option : command.get_options()) {
    if (option != command.get_help_ptr() && !option->get_group().empty()) {
      text += entry_text(display_name(*option), option->get_description());
    }
  }
  return text + examples_text(command.get_footer());
}

}  // namespace

std::string man_page(const CLI::App& app, const std::string& version) {
  std::string text = fmt::format(".TH POLYCLINIC 1 \"\" \"Polyclinic {}\" \"User Commands\"\n.nh\n.ad l\n", version);
  text += ".SH NAME\npolyclinic \\- simulate medical institutions that train together over blockchains\n";
  text += ".SH SYNOPSIS\n.B polyclinic\n.I COMMAND\n[\\fIOPTIONS\\fR]\n.SH DESCRIPTION\n" + escaped(description) + "\n";
  text += ".SH COMMANDS\n";
  for (const CLI::App* command : visible_commands(app)) text += command_text(*command);
  text += entries_text("FILES", files);
  for (const HelpSection& section : help_sections()) text += entries_text(in_capitals(section.title), section.entries);
  return text + ".SH \"SEE ALSO\"\n.BR h5dump (1),\n.BR sbatch (1)\n";
}

}  // namespace polyclinic
