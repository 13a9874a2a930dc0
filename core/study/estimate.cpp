// Boost.Math's headers are slow to compile: this file alone includes them.
#include <boost/math/distributions/students_t.hpp>

#include <cmath>

#include "core/study/statistics.hpp"

namespace polyclinic {

namespace {

constexpr double confidence = 0.95;

std::vector<double> known(std::span<const double> values) {
  std::vector<double> kept;
  for (const double value : values) {
    if (!std::isnan(value)) kept.push_back(value);
  }
  return kept;
}

// Around the first value: equal values have exactly their mean, and no deviation.
double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value - values.front();
  return values.front() + sum / static_cast<double>(values.size());
}

double deviation_of(const std::vector<double>& values, double mean) {
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

}  // namespace

Estimate estimate(std::span<const double> values) {
  const std::vector<double> kept = known(values);
  Estimate result{.count = static_cast<std::int64_t>(kept.size())};
  if (kept.empty()) return result;
  result.mean = mean_of(kept);
  if (kept.size() < 2) return result;
  result.deviation = deviation_of(kept, result.mean);
  const auto count = static_cast<double>(kept.size());
  const double quantile = boost::math::quantile(boost::math::students_t(count - 1), 0.5 + confidence / 2);
  const double half = quantile * result.deviation / std::sqrt(count);
  result.low = result.mean - half;
  result.high = result.mean + half;
  return result;
}

}  // namespace polyclinic
