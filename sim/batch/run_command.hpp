// How a run of a study is asked for: the command line of its process, and its share of the machine.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/study/study.hpp"

namespace polyclinic {

struct CoreShare {
  std::int64_t jobs = 1;          // side by side
  std::int64_t threads = 1;       // of each ...
  std::int64_t last_runs = 0;     // ... but of so many last ones,
  std::int64_t last_threads = 1;  // which have the machine to themselves: 15 runs, two at a time, end with one alone
};
// Shares `cores` out between `runs`; `jobs` and `threads` are 0 where nobody asked for a number. Cores that do not divide
// evenly stay idle; whoever asks for more than there are gets it.
[[nodiscard]] CoreShare share_cores(std::int64_t cores, std::int64_t runs, std::int64_t jobs, std::int64_t threads);

// What all runs of a sweep have in common.
struct RunSetting {
  std::filesystem::path program;
  std::filesystem::path folder;          // the study's, absolute
  std::filesystem::path scenario;        // absolute
  std::filesystem::path data;            // empty: where the program looks by itself
  std::filesystem::path store = "none";  // "none": results of jobs are not kept
  std::uint64_t store_limit_bytes = 0;
  std::int64_t threads = 1;
};
// `polyclinic run` for one run, resumed if begun; without paths that depend on the working directory.
[[nodiscard]] std::vector<std::string> run_command(const RunSetting& setting, const StudyRun& run);

}  // namespace polyclinic
