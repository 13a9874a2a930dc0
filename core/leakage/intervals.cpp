#include "core/leakage/intervals.hpp"

// Boost.Math's headers are slow to compile: of this room this file alone includes them.
#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/normal.hpp>

#include <algorithm>
#include <cmath>

#include "core/base/error.hpp"

namespace polyclinic {
namespace {

constexpr double tail_risk = 0.025;  // of each bound of a 95 % interval

void check(const Proportion& share) {
  require(share.trials >= 0 && share.successes >= 0 && share.successes <= share.trials,
          "interval: {} successes of {} trials do not exist", share.successes, share.trials);
}

double beta_quantile(std::int64_t first, std::int64_t second, double probability) {
  const boost::math::beta_distribution<double> beta(static_cast<double>(first), static_cast<double>(second));
  return boost::math::quantile(beta, probability);
}

// ln(a / b) where it is positive: what no epsilon below it allows.
double least_log_ratio(double a, double b) {
  if (a <= b) return 0.0;
  return b > 0.0 ? std::log(a / b) : std::numeric_limits<double>::infinity();
}

}  // namespace

double clopper_pearson_low(const Proportion& share, double risk) {
  check(share);
  return share.successes == 0 ? 0.0 : beta_quantile(share.successes, share.trials - share.successes + 1, risk);
}

double clopper_pearson_high(const Proportion& share, double risk) {
  check(share);
  if (share.successes == share.trials) return 1.0;
  return beta_quantile(share.successes + 1, share.trials - share.successes, 1.0 - risk);
}

Bounded clopper_pearson(const Proportion& share) {
  if (share.trials == 0) return {};
  return {share.rate(), clopper_pearson_low(share, tail_risk), clopper_pearson_high(share, tail_risk)};
}

Bounded balanced_share(const Proportion& first, const Proportion& second) {
  const Bounded a = clopper_pearson(first), b = clopper_pearson(second);
  const double value = (a.value + 1.0 - b.value) / 2.0;
  return {value, value - std::hypot(a.value - a.low, b.high - b.value) / 2.0,
          value + std::hypot(a.high - a.value, b.value - b.low) / 2.0};
}

double normal_quantile(double probability) {
  return boost::math::quantile(boost::math::normal_distribution<double>(), probability);
}

double largest_tpr(double epsilon, double delta, double fpr) {
  const double steep = std::exp(epsilon) * fpr + delta;
  const double flat = 1.0 - std::exp(-epsilon) * (1.0 - delta - fpr);
  return std::clamp(std::min(steep, flat), 0.0, 1.0);
}

double largest_balanced_accuracy(double epsilon, double delta) {
  return (std::exp(epsilon) + delta) / (1.0 + std::exp(epsilon));
}

double largest_auc(double epsilon, double delta) {
  // Corners of largest_tpr(): (0, delta), (x, y), (1 - delta, 1), (1, 1).
  const double x = (1.0 - delta) / (1.0 + std::exp(epsilon));
  const double y = largest_balanced_accuracy(epsilon, delta);
  return x * (delta + y) / 2.0 + (1.0 - delta - x) * (y + 1.0) / 2.0 + delta;
}

double epsilon_lower_bound(const Proportion& hits, const Proportion& false_alarms, double delta) {
  const double tpr = clopper_pearson_low(hits, tail_risk), fpr = clopper_pearson_high(false_alarms, tail_risk);
  return std::max(least_log_ratio(tpr - delta, fpr), least_log_ratio(1.0 - delta - fpr, 1.0 - tpr));
}

}  // namespace polyclinic
