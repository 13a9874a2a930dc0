// The answer to a study's question in sentences of numbers, made from its statistics.
#pragma once

#include <string>
#include <vector>

#include "core/study/statistics.hpp"
#include "core/study/study_result.hpp"

namespace polyclinic {

// For each chain that learns up to three sentences: how well its points do beside centralized training, beside training
// alone, and what they cost. Intervals stand where there are several seeds, and where one includes zero it is said. A study
// of one point is told as one run or group of runs, without the point's name.
struct ChainAnswer {
  std::string chain;
  std::vector<std::string> sentences;
};
[[nodiscard]] std::vector<ChainAnswer> answer(const StudyResult& result);

[[nodiscard]] std::string signed_text(double value);             // "+0.012", "−0.012" with a true minus
[[nodiscard]] std::string interval_text(const Estimate& value);  // " (95 % CI 0.931 to 0.955)"; empty where there is none

}  // namespace polyclinic
