#include <fmt/format.h>

#include <algorithm>

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

std::string counted_by_state(const std::vector<StudyRunResult>& runs) {
  std::string text;
  for (const auto state :
       {StudyRunState::running, StudyRunState::failed, StudyRunState::incomplete, StudyRunState::missing}) {
    const auto count = std::ranges::count(runs, state, &StudyRunResult::state);
    if (count > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, name_of(state));
  }
  return text;
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
  input.runs.push_back(view_of(run.data));
  return input;
}

ReportInput read_report_input_of_study(const std::filesystem::path& folder) {
  ReportInput input{false, read_study(folder), {}};
  const std::vector<StudyRunResult>& runs = input.result.runs;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (runs[i].state == StudyRunState::complete)
      input.runs.push_back(view_of(read_result(folder / runs[i].run.file()), i));
  }
  require(!input.runs.empty(), "{}: no run of the study is complete, so there is nothing to report ({})", folder.string(),
          counted_by_state(runs));
  return input;
}

}  // namespace polyclinic
