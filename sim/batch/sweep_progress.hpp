// How far a sweep is: one line that changes on a terminal, a line for each ended run elsewhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "sim/batch/engine.hpp"

namespace polyclinic {

class SweepProgress {
 public:
  enum class Display {
    failures,  // these alone
    lines,
    line,
  };
  // Of `runs`, `done` were complete before the sweep began; `jobs` go on side by side (0: as many as run now).
  SweepProgress(std::size_t runs, std::size_t done, std::int64_t jobs, Display display);

  void started(const std::string& run);
  void ended(const BatchOutcome& outcome, const std::string& failure);  // what a failed run said
  void note(const std::string& what);
  void clear();

  // "3/15 runs done  2 running  1 failed  about 40.0 s left": as long as the runs so far took, for those to come.
  [[nodiscard]] std::string line() const;

 private:
  [[nodiscard]] std::string time_left() const;
  void say(const std::string& text, bool important);

  std::size_t runs_, done_;
  std::int64_t jobs_;
  Display display_;
  std::int64_t running_ = 0;
  std::size_t failed_ = 0, ended_ = 0;
  std::size_t to_do_;
  double wall_s_ = 0.0;  // of ended runs that did not fail
  std::size_t timed_ = 0;
};

}  // namespace polyclinic
