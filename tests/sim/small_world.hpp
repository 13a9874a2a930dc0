// A scenario small enough to compute by hand, run in this process, read back from its result file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/record/reader.hpp"
#include "core/scenario/scenario.hpp"
#include "sim/simulation.hpp"

namespace polyclinic::test {

// Two institutions, one validator with blocks every 10 s, logistic regression on a phantom of 16 x 16 pixels; exact network.
[[nodiscard]] Scenario small_scenario();
// The same with as many of each as wanted, 16 training rows a hospital; computing takes no time worth counting.
[[nodiscard]] Scenario fast_scenario(std::int64_t hospitals, std::int64_t validators);

// For Scenario::faults: `for_s` 0 is for good. Whom it befalls: see below; a loss of messages befalls nobody in particular.
[[nodiscard]] FaultConfig fault(const std::string& kind, double at_s, double for_s);
[[nodiscard]] FaultConfig of_hospital(FaultConfig config, std::int64_t number);
[[nodiscard]] FaultConfig of_validators(FaultConfig config, const std::vector<std::int64_t>& validators);

// Plans and simulates `scenario` (one simulation a process). What was recorded, baselines left out.
[[nodiscard]] ResultData simulate(const Scenario& scenario, int threads = 2);

// How a run ended: what it recorded, and what it failed with, if it did.
struct Outcome {
  ResultData data;
  std::string failure;
};
// The same for a run that may fail; the file is as the program would leave it. `inspect` sees the world after a run that did not.
[[nodiscard]] Outcome outcome_of(const Scenario& scenario, const std::function<void(const Simulation&)>& inspect = {});

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
