// One job array of a study: a folder in STUDY/slurm, named as the job, that holds its scripts and tells a later sweep which runs
// it has.
//   array.sh, task-0.sh, ...  what Slurm carries out (slurm_script.hpp); task-0.out: what the script itself said
//   runs                      one line a run: its task's index and its name
//   job                       the job's number, once Slurm has told it; empty before that. Written before and after sbatch, so
//                             that the array is found again, by its name, whenever the sweep dies
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sim/batch/slurm_client.hpp"

namespace polyclinic {

struct SlurmArray {
  std::filesystem::path folder;                  // absolute
  std::string job_name;                          // unlike that of any other array, ever
  std::string job;                               // its number; empty where it was not told
  std::vector<std::vector<std::string>> tasks;   // names of the runs of each
  bool operator==(const SlurmArray&) const = default;
};

// Where a study's arrays are.
[[nodiscard]] std::filesystem::path slurm_folder(const std::filesystem::path& study_folder);

// Writes the folder of a new array; each element of `tasks` is the runs of one task.
[[nodiscard]] SlurmArray create_array(const std::filesystem::path& study_folder, const std::vector<std::vector<BatchRun>>& tasks);
void set_job(SlurmArray& array, const std::string& job);  // here and on disk

// All but those that were never submitted.
[[nodiscard]] std::vector<SlurmArray> read_arrays(const std::filesystem::path& study_folder);

// Throws UsageError where Slurm still carries out runs of the study or will: nobody else may begin them meanwhile. A machine
// without Slurm has no way to tell.
void require_no_slurm_jobs(const std::filesystem::path& study_folder);

}  // namespace polyclinic
