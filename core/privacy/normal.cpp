#include "core/privacy/normal.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace polyclinic {

double normal_cdf(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }

double log_erfc(double x) {
  if (x < 25.0) return std::log(std::erfc(x));
  const double inverse = 1.0 / (2.0 * x * x);  // erfc itself underflows at 26.5: Abramowitz and Stegun 7.1.23
  const double series = 1.0 - inverse * (1.0 - 3.0 * inverse * (1.0 - 5.0 * inverse));
  return -x * x - std::log(x) - 0.5 * std::log(std::numbers::pi) + std::log(series);
}

double log_sum(double a, double b) {
  const double larger = std::max(a, b);
  if (std::isinf(larger)) return larger;
  return larger + std::log1p(std::exp(std::min(a, b) - larger));
}

double log_difference(double a, double b) {
  if (b == -std::numeric_limits<double>::infinity()) return a;
  if (b >= a) return -std::numeric_limits<double>::infinity();
  return a + std::log1p(-std::exp(b - a));
}

}  // namespace polyclinic
