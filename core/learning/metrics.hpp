// Figures of merit over plain numbers; score() puts them together.
#pragma once

#include <cstdint>
#include <span>

namespace polyclinic {

// Area under the ROC curve: the chance that a positive scores above a negative, ties counting half (Mann-Whitney: rank sums, equal
// scores sharing their mean rank). NaN without both kinds, or with a NaN among the scores.
[[nodiscard]] double area_under_curve(std::span<const float> scores, std::span<const std::uint8_t> positive);

// 2 TP / (2 TP + FP + FN); NaN where nothing is positive and nothing predicted so.
[[nodiscard]] double f1_of(std::span<const std::uint8_t> predicted, std::span<const std::uint8_t> positive);

}  // namespace polyclinic
