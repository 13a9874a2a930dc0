// Where the runs of a study are carried out: each as a process of its own, on this machine or on a cluster.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/named_kind.hpp"
#include "core/study/study.hpp"

namespace polyclinic {

// One process to start.
struct BatchRun {
  std::string name;
  std::vector<std::string> command;         // program and arguments
  std::filesystem::path log;                // what it prints
  // The engine writes its exit status there in decimal when it has ended, all at once, and removes what is there before it
  // begins: on a cluster runs begin and end whether or not a sweep looks on. None is written for a run that an interrupt ended.
  std::filesystem::path status;
};

struct BatchOutcome {
  std::string name;
  int status = 0;                           // exit status; 128 + N where signal N ended it
  double wall_s = 0.0;
  double cpu_s = 0.0;                       // user and system; NaN where the engine cannot tell
  std::string message;                      // of a failed one: what the engine knows, which then ends the log, too
};

struct BatchOptions {
  std::int64_t jobs = 0;                    // processes side by side; 0: one a core
  RunResources resources;
  std::filesystem::path folder;             // the study's: engines keep what they need there
  bool wait = true;                         // false: hand the runs over and return at once; Error from engines that cannot
};

// Told while runs go on, from one thread.
struct BatchObserver {
  std::function<void(const std::string& run)> started;
  std::function<void(const BatchOutcome& outcome)> ended;
  std::function<void(const std::string& line)> noted;  // for the user to read: "submitted as job 12"
};

class Engine {
 public:
  virtual ~Engine() = default;
  // Carries out every run, in order as far as it can, and returns when all have ended. A run that fails stops no other. On
  // SIGINT or SIGTERM (interrupt_requested(), which the caller has watched): starts no more, ends those that run, and returns
  // what has ended. Throws Error where it cannot go on (disk full, no more processes) or an observer throws, having ended those
  // that run.
  virtual std::vector<BatchOutcome> carry_out(const std::vector<BatchRun>& runs, const BatchObserver& observer) = 0;
};

// "local", "slurm"
[[nodiscard]] std::vector<NamedKind> engines();
// Throws UsageError for a name that does not exist (with the nearest), Error where the engine cannot work here.
[[nodiscard]] std::unique_ptr<Engine> make_engine(const std::string& name, const BatchOptions& options);

}  // namespace polyclinic
