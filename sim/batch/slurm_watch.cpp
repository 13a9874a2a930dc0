#include "sim/batch/slurm_watch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "core/base/error.hpp"
#include "core/base/output_file.hpp"
#include "core/study/study_result.hpp"
#include "sim/interrupt.hpp"

namespace polyclinic {
namespace {

using Clock = std::chrono::steady_clock;
using FileClock = std::filesystem::file_time_type::clock;

constexpr int taken_for_killed = 128 + 9;  // as a shell reports SIGKILL: nobody was left to say how it ended

// Why tasks wait on a cluster that is merely busy (squeue(1), "job reason codes"): not worth a word.
bool is_usual(const std::string& reason) {
  static const std::set<std::string> usual{"None", "Resources", "Priority", "Dependency", "JobArrayTaskLimit", "BeginTime"};
  return usual.contains(reason);
}

std::optional<std::filesystem::file_time_type> written(const std::filesystem::path& file) {
  std::error_code absent;
  const auto time = std::filesystem::last_write_time(file, absent);
  return absent ? std::nullopt : std::optional(time);
}

double wall_s(const SlurmRun& run) {
  const auto begun = written(run.begun_file);
  if (!begun) return 0.0;
  return std::chrono::duration<double>(written(run.run.status).value_or(FileClock::now()) - *begun).count();
}

// What Slurm says of a task that it ended or no longer knows.
std::string last_words(const SlurmRun& run, const SlurmTask* task, bool begun) {
  const std::string name = fmt::format("task {}_{}", run.job, run.task.index);
  if (task != nullptr && task->state != "COMPLETED") {
    return fmt::format("Slurm ended it {}: {} is {} (reason: {})", begun ? "while it ran" : "before it began", name,
                       task->state, task->reason);
  }
  const std::string state = task != nullptr ? task->state : accounted_end(run.job, run.task.index);
  const char* what = begun ? "it ended without a status" : "it never began";
  // Slurm keeps no record of a task that is cancelled before it has a machine.
  if (state.empty()) return fmt::format("{}, and Slurm no longer knows {}", what, name);
  return fmt::format("{}; to Slurm {} is {}", what, name, state);
}

struct Awaited {
  const SlurmRun* run = nullptr;
  bool begun = false;
  std::optional<Clock::time_point> over_since;  // its task is, and its status has not appeared
};

class Watch {
 public:
  Watch(const std::vector<SlurmRun>& runs, const SlurmPace& pace, const BatchObserver& observer)
      : pace_(pace), observer_(observer) {
    std::set<std::string> names;
    for (const SlurmRun& run : runs) {
      awaited_.push_back({&run, false, std::nullopt});
      names.insert(run.task.job_name);
      folders_.insert(run.run.status.parent_path());
    }
    job_names_.assign(names.begin(), names.end());
  }

  std::vector<BatchOutcome> operator()() {
    Clock::duration pause = pace_.ask_first;
    for (Clock::time_point next = Clock::now(); !awaited_.empty() && !interrupt_requested();) {
      const std::size_t before = awaited_.size();
      look();
      if (Clock::now() >= next) {
        ask();
        next = Clock::now() + pause;
        pause = std::min<Clock::duration>(2 * pause, pace_.ask_last);
      }
      if (awaited_.size() < before || is_late()) pause = pace_.ask_first;
      if (!awaited_.empty()) std::this_thread::sleep_for(pace_.look);
    }
    return std::move(outcomes_);
  }

 private:
  // Forgets those of which `ended` is true.
  template <class Ended>
  void forget(Ended ended) {
    std::vector<Awaited> rest;
    for (Awaited& awaited : awaited_) {
      if (!ended(awaited)) rest.push_back(awaited);
    }
    awaited_ = std::move(rest);
  }

  [[nodiscard]] bool is_late() const {
    return std::any_of(awaited_.begin(), awaited_.end(),
                       [](const Awaited& awaited) { return awaited.over_since.has_value(); });
  }

  // Runs of one task run one after another: only the first that has not ended can have changed.
  void look() {
    std::set<SlurmTaskName> busy;
    forget([&](Awaited& awaited) {
      if (busy.contains(awaited.run->task)) return false;
      if (ended_by_itself(awaited)) return true;
      busy.insert(awaited.run->task);
      return false;
    });
  }

  bool ended_by_itself(Awaited& awaited) {
    const std::optional<int> status = read_exit_status(awaited.run->run.status);
    if (status || std::filesystem::exists(awaited.run->begun_file)) begin(awaited);
    if (status) end(*awaited.run, *status, "");
    return status.has_value();
  }

  void begin(Awaited& awaited) {
    if (std::exchange(awaited.begun, true)) return;
    if (observer_.started) observer_.started(awaited.run->run.name);
  }

  void ask() {
    SlurmQueue queue;
    try {
      queue = query_queue(job_names_);
    } catch (const Error& error) {
      note_once(fmt::format("{}; trying again", error.what()));
      return;
    }
    refresh_folders();
    look();  // at what tasks wrote before they left the queue
    forget([&](Awaited& awaited) {
      const auto task = queue.find(awaited.run->task);
      return lost(awaited, task == queue.end() ? nullptr : &task->second);
    });
  }

  // A network file system shows what other machines wrote in a folder when the folder is opened.
  void refresh_folders() const {
    for (const std::filesystem::path& folder : folders_) {
      std::error_code absent;
      const std::filesystem::directory_iterator opened(folder, absent);
    }
  }

  // Where Slurm knows of no failure, files may be late.
  bool lost(Awaited& awaited, const SlurmTask* task) {
    if (task != nullptr && !task->ended()) {
      note_unusual_wait(*task);
      return false;
    }
    if (!awaited.over_since) awaited.over_since = Clock::now();
    const bool failed = task != nullptr && task->state != "COMPLETED";
    if (!failed && Clock::now() - *awaited.over_since < pace_.files_late) return false;
    const std::string message = last_words(*awaited.run, task, awaited.begun);
    OutputFile(awaited.run->run.log, OutputFile::Existing::keep).append(view_of(message + "\n"));
    begin(awaited);  // nothing ends that was not begun, for those who count
    end(*awaited.run, taken_for_killed, message);
    return true;
  }

  void end(const SlurmRun& run, int status, const std::string& message) {
    outcomes_.push_back({run.run.name, status, wall_s(run), std::numeric_limits<double>::quiet_NaN(), message});
    if (observer_.ended) observer_.ended(outcomes_.back());
  }

  void note_unusual_wait(const SlurmTask& task) {
    if (task.state != "PENDING" || is_usual(task.reason)) return;
    note_once(fmt::format("Slurm lets tasks of job {} wait: {}", task.job, task.reason));
  }

  void note_once(const std::string& line) {
    if (noted_.insert(line).second && observer_.noted) observer_.noted(line);
  }

  const SlurmPace& pace_;
  const BatchObserver& observer_;
  std::vector<Awaited> awaited_;
  std::vector<std::string> job_names_;
  std::set<std::filesystem::path> folders_;  // of statuses
  std::vector<BatchOutcome> outcomes_;
  std::set<std::string> noted_;
};

}  // namespace

std::vector<BatchOutcome> watch_slurm_runs(const std::vector<SlurmRun>& runs, const SlurmPace& pace,
                                           const BatchObserver& observer) {
  return Watch(runs, pace, observer)();
}

}  // namespace polyclinic
