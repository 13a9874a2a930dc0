// A scenario small enough to compute by hand, run in this process, read back from its result file.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/record/reader.hpp"
#include "core/scenario/scenario.hpp"

namespace polyclinic::test {

// Two institutions, one validator with blocks every 10 s, logistic regression on a phantom of 16 x 16 pixels; exact network.
[[nodiscard]] Scenario small_scenario();

// Plans and simulates `scenario` (one simulation a process). What was recorded, baselines left out.
[[nodiscard]] ResultData simulate(const Scenario& scenario, int threads = 2);

// A folder of this test's own, gone when it ends.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace polyclinic::test
