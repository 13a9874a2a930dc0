// All runs of a study that are still to be done, carried out by an engine, and the manifest kept up to date meanwhile.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "core/study/study_result.hpp"
#include "sim/batch/sweep_progress.hpp"

namespace polyclinic {

struct SweepOptions {
  std::filesystem::path folder;      // the study's
  std::string engine = "local";
  std::int64_t jobs = 0;             // 0: as many as the engine sees fit
  std::int64_t threads = 0;          // of each run; 0: the study's resources.threads
  bool resume = false;
  bool wait = true;
  std::filesystem::path data;        // for the runs; empty: where they look by themselves
  std::filesystem::path store;       // empty: in the study's folder; "none": nowhere
  std::uint64_t store_limit_bytes = 0;
  SweepProgress::Display display = SweepProgress::Display::lines;
};

// What a sweep would do: every run that is not complete, failed ones again. For people to read; writes nothing. Throws UsageError as survey() does.
[[nodiscard]] std::string describe_sweep(const Study& study, const SweepOptions& options);

struct SweepEnd {
  StudyResult result;
  bool interrupted = false;          // by SIGINT or SIGTERM
};
// Throws UsageError as StudyFolder does, and Error where the sweep cannot go on; what was done stays.
[[nodiscard]] SweepEnd sweep(const Study& study, const SweepOptions& options);

}  // namespace polyclinic
