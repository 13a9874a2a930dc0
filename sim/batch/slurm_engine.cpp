#include "sim/batch/slurm_engine.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <thread>
#include <utility>

#include "core/base/error.hpp"
#include "sim/batch/slurm_array.hpp"
#include "sim/interrupt.hpp"

namespace polyclinic {
namespace {

using Tasks = std::vector<std::vector<BatchRun>>;

std::vector<std::string> names_of(const std::vector<SlurmArray>& arrays) {
  std::vector<std::string> names;
  for (const SlurmArray& array : arrays) names.push_back(array.job_name);
  return names;
}

// One call of carry_out().
class SlurmBatch {
 public:
  SlurmBatch(const BatchOptions& options, const SlurmPace& pace, std::size_t array_limit, const BatchObserver& observer)
      : options_(options), pace_(pace), array_limit_(array_limit), observer_(observer) {}

  std::vector<BatchOutcome> operator()(const std::vector<BatchRun>& runs) {
    attach(runs);
    if (!interrupt_requested()) submit_others(runs);
    if (!options_.wait) return {};
    try {
      auto outcomes = watch_slurm_runs(awaited_, pace_, observer_);
      if (interrupt_requested()) cancel_arrays(0);
      return outcomes;
    } catch (...) {
      cancel_arrays(0);
      throw;
    }
  }

 private:
  void note(const std::string& line) const {
    if (observer_.noted) observer_.noted(line);
  }

  // Takes over what is in the queue already.
  void attach(const std::vector<BatchRun>& runs) {
    std::map<std::string, BatchRun> wanted;
    for (const BatchRun& run : runs) wanted[run.name] = run;
    const std::vector<SlurmArray> earlier = read_arrays(options_.folder);
    const SlurmQueue queue = settled_queue(names_of(earlier));
    for (const SlurmArray& array : earlier) attach_array(array, queue, wanted);
  }

  // Tasks that are just being ended do nothing more for their runs: these are free when the last process is gone.
  [[nodiscard]] SlurmQueue settled_queue(const std::vector<std::string>& job_names) const {
    for (bool noted = false;;) {
      SlurmQueue queue = query_queue(job_names);
      const auto ending =
          std::find_if(queue.begin(), queue.end(), [](const auto& entry) { return entry.second.state == "COMPLETING"; });
      if (ending == queue.end() || interrupt_requested()) return queue;
      if (!std::exchange(noted, true))
        note(fmt::format("waiting until Slurm has ended tasks of job {}", ending->second.job));
      std::this_thread::sleep_for(pace_.look);
    }
  }

  void attach_array(SlurmArray array, const SlurmQueue& queue, const std::map<std::string, BatchRun>& wanted) {
    std::vector<std::int64_t> alive;
    for (std::size_t task = 0; task < array.tasks.size(); ++task) {
      const auto known = queue.find({array.job_name, static_cast<std::int64_t>(task)});
      if (known == queue.end() || known->second.ended()) continue;
      array.job = known->second.job;
      alive.push_back(static_cast<std::int64_t>(task));
    }
    if (alive.empty()) {
      std::filesystem::remove_all(array.folder);  // whatever becomes of the array, its scripts cannot begin any more
      return;
    }
    for (const std::int64_t task : alive) {
      for (const std::string& name : array.tasks[static_cast<std::size_t>(task)]) {
        attached_.insert(name);
        if (const auto run = wanted.find(name); run != wanted.end()) expect(run->second, array, task);
      }
    }
    note(fmt::format("attached to {} tasks of Slurm job {}", alive.size(), array.job));
    arrays_.push_back(std::move(array));
  }

  void expect(const BatchRun& run, const SlurmArray& array, std::int64_t task) {
    awaited_.push_back({run, {array.job_name, task}, array.job, begun_file(array.folder, run.name)});
  }

  void submit_others(const std::vector<BatchRun>& runs) {
    const std::size_t attached_arrays = arrays_.size();
    const Tasks tasks = in_tasks(runs);
    try {
      for (std::size_t first = 0; first < tasks.size(); first += array_limit_) {
        const auto begin = tasks.begin() + static_cast<std::ptrdiff_t>(first);
        submit_array(Tasks(begin, begin + static_cast<std::ptrdiff_t>(std::min(array_limit_, tasks.size() - first))));
      }
    } catch (...) {
      cancel_arrays(attached_arrays);
      throw;
    }
  }

  [[nodiscard]] Tasks in_tasks(const std::vector<BatchRun>& runs) const {
    const auto longest = static_cast<std::size_t>(std::max<std::int64_t>(options_.resources.runs_per_task, 1));
    Tasks tasks;
    for (const BatchRun& run : runs) {
      if (attached_.contains(run.name)) continue;
      if (tasks.empty() || tasks.back().size() == longest) tasks.emplace_back();
      tasks.back().push_back(run);
    }
    return tasks;
  }

  void submit_array(const Tasks& tasks) {
    ArrayRequest request;
    if (options_.jobs > 0) request.after = jobs_so_far();  // two arrays side by side would run twice as many tasks at once
    for (const std::vector<BatchRun>& runs : tasks) {
      for (const BatchRun& run : runs) std::filesystem::remove(run.status);
    }
    arrays_.push_back(create_array(options_.folder, tasks));
    SlurmArray& array = arrays_.back();
    request.job_name = array.job_name;
    request.script = array.folder / "array.sh";
    request.tasks = tasks.size();
    request.tasks_at_once = options_.jobs;
    request.runs_per_task = tasks.front().size();
    request.resources = options_.resources;
    set_job(array, submit(request));
    expect_all(tasks, array);
  }

  [[nodiscard]] std::string jobs_so_far() const {
    std::vector<std::string> jobs;
    for (const SlurmArray& array : arrays_) jobs.push_back(array.job);
    return fmt::format("{}", fmt::join(jobs, ":"));
  }

  void expect_all(const Tasks& tasks, const SlurmArray& array) {
    std::size_t count = 0;
    for (std::size_t task = 0; task < tasks.size(); ++task) {
      for (const BatchRun& run : tasks[task]) expect(run, array, static_cast<std::int64_t>(task));
      count += tasks[task].size();
    }
    note(fmt::format("submitted {} runs as Slurm job {}", count, array.job));
  }

  void cancel_arrays(std::size_t first) const {
    for (std::size_t i = first; i < arrays_.size(); ++i) {
      const std::string complaint = cancel(arrays_[i].job_name);
      note(complaint.empty() ? fmt::format("cancelled Slurm job {}", arrays_[i].job)
                             : fmt::format("Slurm job {} goes on: {}", arrays_[i].job, complaint));
    }
  }

  const BatchOptions& options_;
  const SlurmPace& pace_;
  std::size_t array_limit_;
  const BatchObserver& observer_;
  std::vector<SlurmArray> arrays_;  // with tasks in the queue
  std::set<std::string> attached_;  // runs that the queue had before
  std::vector<SlurmRun> awaited_;
};

class SlurmEngine : public Engine {
 public:
  SlurmEngine(BatchOptions options, const SlurmPace& pace)
      : options_(std::move(options)), pace_(pace), array_limit_(static_cast<std::size_t>(max_array_size())) {}

  std::vector<BatchOutcome> carry_out(const std::vector<BatchRun>& runs, const BatchObserver& observer) override {
    return SlurmBatch(options_, pace_, array_limit_, observer)(runs);
  }

 private:
  BatchOptions options_;
  SlurmPace pace_;
  std::size_t array_limit_;
};

}  // namespace

std::unique_ptr<Engine> make_slurm_engine(const BatchOptions& options) { return make_slurm_engine(options, SlurmPace{}); }

std::unique_ptr<Engine> make_slurm_engine(const BatchOptions& options, const SlurmPace& pace) {
  return std::make_unique<SlurmEngine>(options, pace);
}

}  // namespace polyclinic
