#include "core/learning/metrics.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace polyclinic {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

// Sum of the ranks (from 1) of the positives, equal scores sharing their mean rank.
double positive_rank_sum(std::span<const float> scores, std::span<const std::uint8_t> positive) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return scores[a] < scores[b]; });
  double sum = 0.0;
  for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
    double positives = 0.0;
    for (end = begin; end < order.size() && scores[order[end]] == scores[order[begin]]; ++end) {
      positives += positive[order[end]];
    }
    sum += positives * 0.5 * static_cast<double>(begin + 1 + end);
  }
  return sum;
}

}  // namespace

double area_under_curve(std::span<const float> scores, std::span<const std::uint8_t> positive) {
  assert(scores.size() == positive.size());
  const auto positives = static_cast<double>(std::accumulate(positive.begin(), positive.end(), std::int64_t{0}));
  const double negatives = static_cast<double>(positive.size()) - positives;
  if (positives == 0.0 || negatives == 0.0) return undefined;
  if (std::any_of(scores.begin(), scores.end(), [](float score) { return std::isnan(score); })) return undefined;
  const double least = positives * (positives + 1.0) / 2.0;
  return (positive_rank_sum(scores, positive) - least) / (positives * negatives);
}

double f1_of(std::span<const std::uint8_t> predicted, std::span<const std::uint8_t> positive) {
  assert(predicted.size() == positive.size());
  std::int64_t both = 0;
  std::int64_t marks = 0;
  for (std::size_t i = 0; i < positive.size(); ++i) {
    both += predicted[i] & positive[i];
    marks += predicted[i] + positive[i];
  }
  return marks == 0 ? undefined : 2.0 * static_cast<double>(both) / static_cast<double>(marks);
}

}  // namespace polyclinic
