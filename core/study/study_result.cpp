#include "core/study/study_result.hpp"

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

std::optional<int> exit_status(const fs::path& file) {
  std::ifstream stream(file);
  int status = 0;
  return stream >> status ? std::optional(status) : std::nullopt;
}

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

void put_run(const fs::path& folder, const StudyRun& run, StudyResult& study) {
  const std::optional<Result> result = readable_run(folder / run.file());
  StudyRunResult found{.run = run};
  if (result && result->state == RunState::complete) {
    found.state = StudyRunState::complete;
    put_complete(result->data, found);
    const auto figures = study_figures(result->data, study.runs.size(), study.study.target);
    study.figures.insert(study.figures.end(), figures.begin(), figures.end());
  } else {
    const std::optional<int> status = exit_status(folder / run.status());
    found.state = unfinished_state(result, status);
    if (found.state == StudyRunState::failed) found.message = failure_message(folder / run.log(), *status);
  }
  study.runs.push_back(std::move(found));
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

std::string failure_message(const fs::path& log, int status) {
  const std::string said = last_line(log);
  if (status > signal_base)
    return fmt::format("ended by signal {}{}{}", status - signal_base, said.empty() ? "" : ": ", said);
  return said.empty() ? fmt::format("exit status {}", status) : said;
}

bool holds_study(const fs::path& folder) { return fs::is_regular_file(study_file(folder)); }

StudyResult read_study(const fs::path& folder) {
  require(holds_study(folder), "{}: this folder holds no study (no study.toml)", folder.string());
  StudyResult result;
  result.study = read_resolved_study(study_file(folder));
  for (const StudyRun& run : study_runs(result.study)) put_run(folder, run, result);
  return result;
}

}  // namespace polyclinic
