#include "core/privacy/rdp.hpp"

#include <boost/math/special_functions/gamma.hpp>

#include <cassert>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>

#include "core/base/error.hpp"
#include "core/privacy/normal.hpp"

namespace polyclinic {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double smallest_log_term = -34.5;  // 1e-15: nothing beside a sum of about 1

// std::lgamma writes its sign to a global.
double log_binomial(double n, double k) {
  return boost::math::lgamma(n + 1) - boost::math::lgamma(k + 1) - boost::math::lgamma(n - k + 1);
}

double log_expm1(double x) { return x > 40.0 ? x : std::log(std::expm1(x)); }

// log A = log(1 + sum of positive terms): the binomial weights sum to 1, so that each exponential stands for exp - 1.
double log_moment_whole(double q, double sigma, double order) {
  double log_excess = -infinity;
  for (double i = 2; i <= order; ++i) {
    const double exponent = i * (i - 1) / (2 * sigma * sigma);
    const double log_weight = log_binomial(order, i) + i * std::log(q) + (order - i) * std::log1p(-q);
    log_excess = log_sum(log_excess, log_weight + log_expm1(exponent));
  }
  return log_sum(0.0, log_excess);
}

double log_half_erfc(double x) { return std::log(0.5) + log_erfc(x / std::numbers::sqrt2); }

double log_moment_fractional(double q, double sigma, double order) {
  const double turn = sigma * sigma * std::log(1 / q - 1) + 0.5;  // where both parts of the mixture weigh the same
  const double variance = sigma * sigma;
  double sums[2] = {-infinity, -infinity};
  double log_coefficient = 0.0;
  bool positive = true;
  for (double i = 0;; ++i) {
    const double j = order - i;
    const double below = log_coefficient + i * std::log(q) + j * std::log1p(-q) + i * (i - 1) / (2 * variance) +
                         log_half_erfc((i - turn) / sigma);
    const double above = log_coefficient + j * std::log(q) + i * std::log1p(-q) + j * (j - 1) / (2 * variance) +
                         log_half_erfc((turn - j) / sigma);
    sums[0] = positive ? log_sum(sums[0], below) : log_difference(sums[0], below);
    sums[1] = positive ? log_sum(sums[1], above) : log_difference(sums[1], above);
    if (i > order && std::max(below, above) < smallest_log_term) break;
    log_coefficient += std::log(std::abs(j)) - std::log(i + 1);
    if (j < 0) positive = !positive;
  }
  return log_sum(sums[0], sums[1]);
}

double epsilon_at(double order, double rdp, double delta, Conversion conversion) {
  const double classic = rdp - std::log(delta) / (order - 1);
  if (conversion == Conversion::classic) return classic;
  return classic - std::log(order) / (order - 1) + std::log1p(-1 / order);
}

std::vector<double> make_orders() {
  std::vector<double> orders;
  for (int tenths = 11; tenths < 110; ++tenths) orders.push_back(tenths / 10.0);
  for (int order = 11; order < 64; ++order) orders.push_back(order);
  orders.insert(orders.end(), {64, 72, 80, 96, 128, 192, 256, 384, 512, 768, 1024});
  return orders;
}

}  // namespace

double sampled_gaussian_rdp(double rate, double noise_multiplier, double order) {
  assert(rate > 0.0 && rate <= 1.0 && noise_multiplier > 0.0 && order > 1.0);
  if (std::isinf(order)) return infinity;
  if (rate == 1.0) return order / (2 * noise_multiplier * noise_multiplier);
  const bool whole = order == std::floor(order);
  const double log_moment =
      whole ? log_moment_whole(rate, noise_multiplier, order) : log_moment_fractional(rate, noise_multiplier, order);
  return log_moment / (order - 1);
}

double pure_rdp(double epsilon, double order) {
  if (std::isinf(order)) return epsilon;
  const double log_likely = -std::log1p(std::exp(-epsilon));  // of the true answer
  const double log_unlikely = log_likely - epsilon;
  return log_sum(order * log_likely + (1 - order) * log_unlikely, order * log_unlikely + (1 - order) * log_likely) /
         (order - 1);
}

const std::vector<double>& rdp_orders() {
  static const std::vector<double> orders = make_orders();
  return orders;
}

Conversion conversion_named(const std::string& name) {
  if (name == "improved") return Conversion::improved;
  if (name == "classic") return Conversion::classic;
  throw UsageError(fmt::format("privacy.conversion is \"{}\", allowed are \"improved\" and \"classic\"", name));
}

FoundEpsilon converted(std::span<const double> orders, std::span<const double> rdp, double delta, Conversion conversion) {
  assert(orders.size() == rdp.size() && !orders.empty());
  FoundEpsilon found{.epsilon = infinity};
  std::size_t best = 0;
  for (std::size_t i = 0; i < orders.size(); ++i) {
    const double epsilon = epsilon_at(orders[i], rdp[i], delta, conversion);
    if (!(epsilon < found.epsilon)) continue;
    found.epsilon = epsilon;
    best = i;
  }
  found.epsilon = std::max(found.epsilon, 0.0);
  found.order = orders[best];
  found.at_edge = best == 0 || best + 1 == orders.size();
  return found;
}

}  // namespace polyclinic
