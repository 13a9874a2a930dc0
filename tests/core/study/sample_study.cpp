#include "tests/core/study/sample_study.hpp"

#include <algorithm>

#include "core/record/hdf5_file.hpp"
#include "core/record/rows.hpp"
#include "tests/core/record/result_builder.hpp"

namespace polyclinic {

namespace {

std::size_t place_of_run(const StudyResult& result, std::size_t point, std::uint64_t seed) {
  const auto found = std::ranges::find_if(
      result.runs, [&](const StudyRunResult& run) { return run.run.point == point && run.run.seed == seed; });
  return static_cast<std::size_t>(found - result.runs.begin());
}

RoundRow round_row(std::int64_t round, double auc) {
  RoundRow row;
  row.round = round;
  row.sim_time_s = 10.0 * static_cast<double>(round);
  row.published_bytes = row.wire_bytes = 1000;
  row.test_accuracy = row.test_loss = 0.5;
  row.test_auc = auc;
  return row;
}

const std::string sample_scenario = "schema = 1\nname = \"sample\"\nseed = 2\n";

}  // namespace

Study sample_study() {
  Study study{.name = "sample",
              .chains = {"north"},
              .keys = {"sharing.fraction"},
              .points = {{"fraction=1", {{"sharing.fraction", "1"}}, seedless_digest(sample_scenario)},
                         {"fraction=0.1", {{"sharing.fraction", "0.1"}}, seedless_digest(sample_scenario)}},
              .seeds = {1, 2, 3},
              .compare_with = "fraction=1"};
  study.target = StudyTarget{"auc", 0.8};
  return study;
}

StudyResult empty_result(const Study& study) {
  StudyResult result{.study = study, .runs = {}, .figures = {}};
  for (const StudyRun& run : study_runs(study)) result.runs.push_back({.run = run});
  return result;
}

void put_auc(StudyResult& result, std::size_t point, std::uint64_t seed, const std::string& series, double test_auc) {
  const std::size_t run = place_of_run(result, point, seed);
  result.runs[run].state = StudyRunState::complete;
  StudyFigures figures{.run = run, .chain = "north", .series = series};
  figures.rounds = 12;
  figures.test_auc = test_auc;
  result.figures.push_back(figures);
}

void write_run(const std::filesystem::path& file, double first_auc, double second_auc, bool complete) {
  write_hdf5(file, ResultBuilder()
                       .attribute("/", "format", std::string(result_format))
                       .attribute("/", "schema_version", std::int64_t{1})
                       .attribute("/", "complete", std::int64_t{complete})
                       .attribute("/", "fingerprint", "f00d")
                       .text("/scenario", sample_scenario)
                       .attribute("/run", "wall_s", 2.0)
                       .attribute("/run", "cpu_s", 3.5)
                       .add("/chains/north/rounds", round_row(1, first_auc))
                       .add("/chains/north/rounds", round_row(2, second_auc))
                       .result());
}

}  // namespace polyclinic
