#include "core/study/study_result.hpp"

#include <algorithm>
#include <csignal>
#include <fstream>
#include <optional>

#include "core/base/error.hpp"
#include "core/record/journal.hpp"
#include "core/record/reader.hpp"
#include "core/study/study_figures.hpp"

namespace polyclinic {

namespace {

namespace fs = std::filesystem;

constexpr int signal_base = 128;  // a shell's exit status for signal N is 128 + N

bool was_interrupted(int status) { return status == signal_base + SIGINT || status == signal_base + SIGTERM; }

std::string last_line(const fs::path& file) {
  std::ifstream stream(file);
  std::string line, last;
  while (std::getline(stream, line)) {
    if (line.find_first_not_of(" \t\r") != std::string::npos) last = line;
  }
  return last;
}

std::optional<Result> readable_run(const fs::path& file) {
  if (!fs::exists(file) && !fs::exists(journal_path(file))) return std::nullopt;
  try {
    return read_run(file);
  } catch (const Error&) {
    return Result{{}, RunState::incomplete};  // damaged: done again like one that was killed
  }
}

// Names of files say what is in them only as long as nobody changes what a point of that name is.
bool is_of(const ResultData& data, const StudyRun& run, const Study& study) {
  const auto seed = static_cast<double>(run.seed);
  const auto scenario = data.texts.find("/scenario");
  const std::string text = scenario == data.texts.end() ? std::string() : scenario->second;
  return number_or(data, "/", "seed", seed) == seed && seedless_digest(text) == study.points[run.point].scenario_digest;
}

void put_complete(const ResultData& data, StudyRunResult& run) {
  const RunFigures figures = run_figures(data);
  run.fingerprint = text_or(data, "/", "fingerprint", "");
  run.wall_s = figures.wall_s;
  run.cpu_s = number_or(data, "/run", "cpu_s", unknown);
  run.peak_memory_bytes = figures.peak_memory_bytes;
}

// Of a run that is not complete.
StudyRunState unfinished_state(const std::optional<Result>& result, const std::optional<int>& status) {
  if (result && result->state == RunState::running) return StudyRunState::running;
  if (status && *status != 0 && !was_interrupted(*status)) return StudyRunState::failed;
  return result ? StudyRunState::incomplete : StudyRunState::missing;
}

void put_run(const fs::path& folder, const StudyRun& run, const RunVisitor& visit, StudyResult& study) {
  const std::optional<Result> result = readable_run(folder / run.file());
  StudyRunResult found{.run = run};
  if (result && result->state == RunState::complete && is_of(result->data, run, study.study)) {
    found.state = StudyRunState::complete;
    put_complete(result->data, found);
    if (visit) visit(study.runs.size(), result->data);
    const auto figures = study_figures(result->data, study.runs.size(), study.study.target);
    study.figures.insert(study.figures.end(), figures.begin(), figures.end());
    const auto personal = personal_figures(result->data, study.runs.size());
    study.personal.insert(study.personal.end(), personal.begin(), personal.end());
  } else {
    const std::optional<int> status = read_exit_status(folder / run.status());
    found.state = unfinished_state(result, status);
    if (found.state == StudyRunState::failed) found.message = failure_message(folder / run.log(), *status);
  }
  study.runs.push_back(std::move(found));
}

// Of a run that was complete before.
void put_again(std::size_t run, const StudyResult& earlier, StudyResult& study) {
  study.runs.push_back(earlier.runs[run]);
  const auto figures = std::ranges::equal_range(earlier.figures, run, {}, &StudyFigures::run);
  study.figures.insert(study.figures.end(), figures.begin(), figures.end());
  const auto personal = std::ranges::equal_range(earlier.personal, run, {}, &PersonalFigures::run);
  study.personal.insert(study.personal.end(), personal.begin(), personal.end());
}

fs::path study_file(const fs::path& folder) { return folder / "study.toml"; }

}  // namespace

const char* name_of(StudyRunState state) {
  switch (state) {
    case StudyRunState::missing: return "missing";
    case StudyRunState::running: return "running";
    case StudyRunState::incomplete: return "incomplete";
    case StudyRunState::failed: return "failed";
    case StudyRunState::complete: break;
  }
  return "complete";
}

std::size_t count_runs(const StudyResult& result, StudyRunState state) {
  return static_cast<std::size_t>(std::ranges::count(result.runs, state, &StudyRunResult::state));
}

std::string states_text(const StudyResult& result) {
  std::string text;
  for (const StudyRunState state : {StudyRunState::complete, StudyRunState::running, StudyRunState::failed,
                                    StudyRunState::incomplete, StudyRunState::missing}) {
    const std::size_t count = count_runs(result, state);
    if (count > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, name_of(state));
  }
  return text;
}

std::optional<int> read_exit_status(const fs::path& file) {
  std::ifstream stream(file);
  int status = 0;
  return stream >> status ? std::optional(status) : std::nullopt;
}

std::string failure_message(const fs::path& log, int status) {
  const std::string said = last_line(log);
  if (status <= signal_base) return said.empty() ? fmt::format("exit status {}", status) : said;
  const int signal = status - signal_base;
  if (!said.empty()) return fmt::format("ended by signal {}: {}", signal, said);
  if (signal == SIGKILL) return "killed (signal 9); if memory ran out, fewer --jobs need less";
  return fmt::format("ended by signal {}", signal);
}

bool holds_study(const fs::path& folder) { return fs::is_regular_file(study_file(folder)); }

StudyResult read_study(const fs::path& folder, const RunVisitor& visit) {
  require(holds_study(folder), "{}: this folder holds no study (no study.toml)", folder.string());
  return read_runs(folder, read_resolved_study(study_file(folder)), {}, visit);
}

StudyResult read_runs(const fs::path& folder, const Study& study, const StudyResult& earlier, const RunVisitor& visit) {
  StudyResult result;
  result.study = study;
  const std::vector<StudyRun> runs = study_runs(study);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const bool known = i < earlier.runs.size() && earlier.runs[i].state == StudyRunState::complete;
    known ? put_again(i, earlier, result) : put_run(folder, runs[i], visit, result);
  }
  return result;
}

}  // namespace polyclinic
