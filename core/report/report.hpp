// A page about a study, or about one run: what was asked, the answer in numbers, figures, tables. It opens without a
// network.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/report/json.hpp"
#include "core/report/run_view.hpp"
#include "core/study/study_result.hpp"

namespace polyclinic {

struct ReportInput {
  bool single = false;  // one run, told as a study of one point and one seed
  StudyResult result;
  std::vector<RunView> runs;  // of those that count: the complete ones, or the single one in whatever state
};

// Of a run's file, FILE.h5, that of a killed one with its journal. Throws Error naming the file where it holds no run.
[[nodiscard]] ReportInput read_report_input_of_run(const std::filesystem::path& file);
// Of a study's folder. Throws Error where it holds no study, or none of its runs is complete.
[[nodiscard]] ReportInput read_report_input_of_study(const std::filesystem::path& folder);

// Everything that the page shows: "title", "asked", "scenario", "answer", "notes", "figures" (figures.hpp), "tables"
// (tables.hpp).
[[nodiscard]] Json report_document(const ReportInput& input);

// The page around a document.
[[nodiscard]] std::string report_page(const Json& document);

}  // namespace polyclinic
