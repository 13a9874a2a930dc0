#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <memory>

#include "core/base/error.hpp"
#include "core/base/output_file.hpp"
#include "core/record/text_table.hpp"
#include "core/report/report.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/help.hpp"

namespace polyclinic {

namespace {

struct ReportOptions {
  std::filesystem::path source, out;
  bool force = false;
};

ReportInput read_source(const std::filesystem::path& source) {
  return std::filesystem::is_directory(source) ? read_report_input_of_study(source) : read_report_input_of_run(source);
}

int report_command(const ReportOptions& options) {
  if (!options.force && std::filesystem::exists(options.out)) {
    throw UsageError(fmt::format("{} exists; give another --out, or --force to replace it", options.out.string()));
  }
  const std::string page = report_page(report_document(read_source(options.source)));
  replace_file(options.out, view_of(page));
  fmt::print("{}: {}, opens in any browser, also without a network\n", options.out.string(),
             bytes_text(static_cast<double>(page.size())));
  return 0;
}

}  // namespace

void add_report(CLI::App& app, int& status) {
  CLI::App* report = app.add_subcommand(
      "report",
      "write one page about a run or a study\n"
      "The page has the answer in numbers, interactive figures with bands over seeds, and tables. It is one "
      "file that opens in any browser, also without a network.");
  const auto options = std::make_shared<ReportOptions>();
  report->add_option("source", options->source, "a result file, or the folder of a study")
      ->required()
      ->type_name("FILE.h5|DIR");
  report->add_option("--out", options->out, "the page")->required()->type_name("FILE.html");
  report->add_flag("--force", options->force, "replace a page that exists");
  add_examples(*report, {{"one run", "polyclinic report results/quickstart.h5 --out quickstart.html"},
                         {"a study, finished or under way", "polyclinic report results/fraction --out fraction.html"}});
  report->callback([options, &status] { status = report_command(*options); });
}

}  // namespace polyclinic
