// Slurm's programs, as far as the engine "slurm" needs their answers.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/batch/slurm_script.hpp"

namespace polyclinic {

struct SlurmTaskName {
  std::string job_name;
  std::int64_t index = 0;              // in the job array
  auto operator<=>(const SlurmTaskName&) const = default;
};

struct SlurmTask {
  std::string job;                     // number of the array
  std::string state;                   // "RUNNING", "TIMEOUT", ...
  std::string reason;                  // why it waits or ended, in one of Slurm's words; "None" where it has none
  [[nodiscard]] bool ended() const;    // no process of it is left
};

// Slurm forgets a task some minutes after its end.
using SlurmQueue = std::map<SlurmTaskName, SlurmTask>;

// From what squeue prints; lines that are not about a task of a job array are left out.
[[nodiscard]] SlurmQueue parse_queue(const std::string& printed);

// All that Slurm still knows of the arrays of these names. Throws Error where squeue fails.
[[nodiscard]] SlurmQueue query_queue(const std::vector<std::string>& job_names);

// Of how many tasks an array may consist here. Throws Error where Slurm is absent, does not answer, or has no arrays.
[[nodiscard]] std::int64_t max_array_size();

// The number of the submitted job. Throws Error with what sbatch printed; Slurm may have taken the job nevertheless.
[[nodiscard]] std::string submit(const ArrayRequest& request);

// Asks Slurm to end all that is left of an array. Empty, or what scancel complained about.
std::string cancel(const std::string& job_name);

// How a task ended that Slurm's controller has forgotten, where there is accounting; otherwise empty.
[[nodiscard]] std::string accounted_end(const std::string& job, std::int64_t index);

}  // namespace polyclinic
