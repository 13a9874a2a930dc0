#include "sim/batch/sweep.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <thread>

#include "core/base/counted.hpp"
#include "core/record/text_table.hpp"
#include "sim/batch/engine.hpp"
#include "sim/batch/run_command.hpp"
#include "sim/batch/study_folder.hpp"
#include "sim/interrupt.hpp"

namespace polyclinic {
namespace {

namespace fs = std::filesystem;

std::vector<StudyRun> runs_to_do(const StudyResult& found) {
  std::vector<StudyRun> runs;
  for (const StudyRunResult& run : found.runs) {
    if (run.state != StudyRunState::complete) runs.push_back(run.run);
  }
  return runs;
}

// A cluster's cores are not this machine's: there, runs have one thread unless the study says otherwise, and its scheduler
// knows how many go on at once.
CoreShare share_for(const Study& study, const SweepOptions& options, std::size_t runs) {
  const std::int64_t threads = options.threads > 0 ? options.threads : study.resources.threads;
  if (options.engine != "local") return {options.jobs, std::max<std::int64_t>(1, threads)};
  const std::int64_t cores = std::max(1U, std::thread::hardware_concurrency());
  return share_cores(cores, static_cast<std::int64_t>(runs), options.jobs, threads);
}

std::string left_files_line(const Study& study, const fs::path& folder) {
  const std::size_t left = count_left_files(study, folder);
  if (left == 0) return "";
  return fmt::format("{} in {} of no run of this study: left alone", counted(left, "result file"),
                     (folder / "runs").string());
}

class Sweep {
 public:
  Sweep(const Study& study, const SweepOptions& options)
      : options_(options),
        folder_(options.folder, study, options.resume),
        to_do_(runs_to_do(folder_.found())),
        share_(share_for(study, options, to_do_.size())),
        progress_(folder_.found().runs.size(), folder_.found().runs.size() - to_do_.size(), share_.jobs, options.display) {
    setting_.program = fs::read_symlink("/proc/self/exe");
    setting_.folder = folder_.path();
    setting_.scenario = study.scenario;
    setting_.data = options.data;
    setting_.store = options.store.empty() ? folder_.path() / "store" : options.store;
    setting_.store_limit_bytes = options.store_limit_bytes;
    resources_ = study.resources;
    resources_.threads = share_.threads;
  }

  SweepEnd operator()() {
    folder_.write_manifest();
    watch_interrupts();
    const auto engine = make_engine(options_.engine, {share_.jobs, resources_, folder_.path(), options_.wait});
    prepare_files();
    (void)engine->carry_out(batch(), observer());
    progress_.clear();
    return {folder_.write_manifest(), interrupt_requested()};
  }

 private:
  void prepare_files() {
    const std::string left = left_files_line(folder_.found().study, folder_.path());
    if (!left.empty()) progress_.note(left);
    for (const StudyRun& run : to_do_) {
      const fs::path aside = folder_.set_damaged_aside(run);
      if (!aside.empty())
        progress_.note(fmt::format("{} is damaged and done again; its file is now {}", run.name, aside.string()));
    }
  }

  std::vector<BatchRun> batch() {
    std::vector<BatchRun> runs;
    for (const StudyRun& run : to_do_) {
      const auto left = static_cast<std::int64_t>(to_do_.size() - runs.size());
      setting_.threads = left > share_.last_runs ? share_.threads : share_.last_threads;
      runs.push_back({run.name, run_command(setting_, run), folder_.path() / run.log(), folder_.path() / run.status()});
    }
    return runs;
  }

  BatchObserver observer() {
    BatchObserver observer;
    observer.started = [this](const std::string& run) { progress_.started(run); };
    observer.ended = [this](const BatchOutcome& outcome) { ended(outcome); };
    observer.noted = [this](const std::string& line) { progress_.note(line); };
    return observer;
  }

  void ended(const BatchOutcome& outcome) {
    if (interrupt_requested() && outcome.status != 0) return;  // that was asked for
    progress_.ended(outcome, failure_of(outcome));
    folder_.write_manifest_at_times();
  }

  [[nodiscard]] std::string failure_of(const BatchOutcome& outcome) const {
    if (outcome.status == 0 || !outcome.message.empty()) return outcome.message;
    const auto run = std::ranges::find(to_do_, outcome.name, &StudyRun::name);
    return failure_message(folder_.path() / run->log(), outcome.status);
  }

  const SweepOptions& options_;
  StudyFolder folder_;
  std::vector<StudyRun> to_do_;
  CoreShare share_;
  SweepProgress progress_;
  RunSetting setting_;
  RunResources resources_;
};

std::string point_line(const StudyPoint& point) {
  return fmt::format("  {}: {}\n", point.name, point.settings.empty() ? "the scenario as it is" : settings_text(point));
}

}  // namespace

std::string describe_sweep(const Study& study, const SweepOptions& options) {
  const StudyResult found = survey(study, options.folder);
  const std::size_t to_do = runs_to_do(found).size();
  const CoreShare share = share_for(study, options, to_do);
  std::string text = fmt::format("{}: {} x {} of {}\n", study.name, counted(study.points.size(), "point"),
                                 counted(study.seeds.size(), "seed"), study.scenario.string());
  for (const StudyPoint& point : study.points) text += point_line(point);
  TextTable table({"file", "state"}, 2);
  for (const StudyRunResult& run : found.runs) {
    table.add({options.folder / run.run.file(), name_of(run.state)});
  }
  text += "\n" + table.str("  ");
  const std::string left = left_files_line(study, options.folder);
  text += left.empty() ? "\n" : "\n" + left + "\n";
  text +=
      fmt::format("{} runs: {} complete, {} to do", found.runs.size(), count_runs(found, StudyRunState::complete), to_do);
  if (to_do == 0) return text + "\n";
  const std::string jobs = share.jobs == 0 ? "as many at once as the cluster lets" : fmt::format("{} at once", share.jobs);
  return text + fmt::format(", {}, {} each\n", jobs, counted(share.threads, "thread"));
}

SweepEnd sweep(const Study& study, const SweepOptions& options) { return Sweep(study, options)(); }

}  // namespace polyclinic
