#include "core/record/reader.hpp"
#include "core/report/report.hpp"
#include "core/study/study_figures.hpp"

namespace polyclinic {

namespace {

StudyRunState state_of(RunState state) {
  switch (state) {
    case RunState::complete: return StudyRunState::complete;
    case RunState::running: return StudyRunState::running;
    case RunState::incomplete:
    case RunState::killed: break;
  }
  return StudyRunState::incomplete;
}

}  // namespace

ReportInput read_report_input_of_run(const std::filesystem::path& file) {
  const Result run = read_run(file);
  ReportInput input;
  input.single = true;
  StudyRunResult& result = input.result.runs.emplace_back();
  result.run.name = text_or(run.data, "/", "name", file.stem().string());
  result.run.seed = static_cast<std::uint64_t>(number_or(run.data, "/", "seed", 0));
  result.state = state_of(run.state);
  result.fingerprint = text_or(run.data, "/", "fingerprint", "");
  result.wall_s = number_or(run.data, "/run", "wall_s", unknown);
  result.peak_memory_bytes = number_or(run.data, "/run", "peak_memory_bytes", unknown);
  Study& study = input.result.study;
  study.name = result.run.name;
  study.points = {{"collaboration", {}}};
  study.seeds = {result.run.seed};
  study.compare_with = study.points.front().name;
  input.result.figures = study_figures(run.data, 0, std::nullopt);
  input.result.personal = personal_figures(run.data, 0);
  input.runs.push_back(view_of(run.data));
  return input;
}

ReportInput read_report_input_of_study(const std::filesystem::path& folder) {
  ReportInput input;
  double first_seed = unknown;  // the page shows reconstructions of this one alone
  input.result = read_study(folder, [&](std::size_t run, const ResultData& data) {
    input.runs.push_back(view_of(data, run));
    const double seed = number_or(data, "/", "seed", 0);
    if (input.runs.size() == 1) first_seed = seed;
    if (seed == first_seed) return;
    for (ChainView& chain : input.runs.back().chains) chain.leakage.galleries.clear();
  });
  require(!input.runs.empty(), "{}: no run of the study is complete, so there is nothing to report ({})", folder.string(),
          states_text(input.result));
  return input;
}

}  // namespace polyclinic
