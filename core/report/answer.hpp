// The answer to a study's question in sentences of numbers, made from its statistics.
#pragma once

#include <string>
#include <vector>

#include "core/study/statistics.hpp"
#include "core/study/study_result.hpp"

namespace polyclinic {

// For each chain that learns up to three short sentences about the point with the highest mean: how it does beside
// centralized training, beside training alone, and what it costs; where an interval includes zero, that the seeds do not
// show a difference. One each follows about what came from other chains, about personal models and about what attacks made of images, where there are any. For
// each chain without learning, how it kept its blocks. A study of one point is told without the point's name.
struct ChainAnswer {
  std::string chain;
  std::vector<std::string> sentences;
};
[[nodiscard]] std::vector<ChainAnswer> answer(const StudyResult& result);

// "0.913 ± 0.071": a mean of scores, and half of its 95 % confidence interval where there is one.
[[nodiscard]] std::string estimate_text(const Estimate& value);

}  // namespace polyclinic
