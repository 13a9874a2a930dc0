// Waiting for runs that Slurm carries out, by what they leave on disk and by what Slurm says.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "sim/batch/engine.hpp"
#include "sim/batch/slurm_client.hpp"

namespace polyclinic {

// How patient an engine is.
struct SlurmPace {
  std::chrono::milliseconds look{1000};          // between looks at the files that runs leave
  std::chrono::milliseconds ask_first{2000};     // between calls of squeue: twice as long each time that nothing ended ...
  std::chrono::milliseconds ask_last{30000};     // ... up to this
  std::chrono::milliseconds files_late{20000};   // how late a file may appear that another machine wrote
};

// A run and the task that carries it out.
struct SlurmRun {
  BatchRun run;
  SlurmTaskName task;
  std::string job;                               // number of the task's array
  std::filesystem::path begun_file;
};

// Until all runs have ended, or an interrupt was requested; tells the observer meanwhile. Runs of one task stand in its order. A
// run whose task is over though it left no status is lost: taken to have been killed, with what Slurm says as its message. While
// Slurm does not answer, the runs are still waited for.
[[nodiscard]] std::vector<BatchOutcome> watch_slurm_runs(const std::vector<SlurmRun>& runs, const SlurmPace& pace,
                                                         const BatchObserver& observer);

}  // namespace polyclinic
