// What Slurm is given to carry out: a script for each task of a job array, one for the array, and the command that submits it.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "sim/batch/engine.hpp"

namespace polyclinic {

// `text` as one word for sh, whatever characters it holds.
[[nodiscard]] std::string shell_quoted(const std::string& text);

// Carries out `runs` one after another in `working_folder`, and leaves for each the file begun_file() when it begins, its log,
// and its status when it has ended. A run whose status is there already is left out: Slurm begins a task again after the
// failure of a machine, and the first runs of the task may have ended before it. The script's exit status tells only whether
// every run left a status.
[[nodiscard]] std::string task_script(std::span<const BatchRun> runs, const std::filesystem::path& array_folder,
                                      const std::filesystem::path& working_folder);
[[nodiscard]] std::filesystem::path task_script_file(const std::filesystem::path& array_folder, std::size_t task);
[[nodiscard]] std::filesystem::path begun_file(const std::filesystem::path& array_folder, const std::string& run);

// Carries out the script of its own task, read from `array_folder` only when the task begins: an array whose folder was removed
// runs nothing.
[[nodiscard]] std::string array_script(const std::filesystem::path& array_folder);

struct ArrayRequest {
  std::string job_name;
  std::filesystem::path script;
  std::size_t tasks = 0;
  std::int64_t tasks_at_once = 0;      // 0: as many as the cluster has room for
  std::size_t runs_per_task = 1;       // of its longest task, whose time is asked for
  std::string after;                   // number of a job that must be over first, however it ended; empty: none
  RunResources resources;              // of one run
};
[[nodiscard]] std::vector<std::string> sbatch_command(const ArrayRequest& request);

}  // namespace polyclinic
