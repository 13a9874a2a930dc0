#include "core/privacy/gaussian.hpp"

#include <cassert>
#include <cmath>
#include <numbers>

#include "core/privacy/normal.hpp"

namespace polyclinic {
namespace {

// Where the falling `value` reaches `wanted`, between 0 (where it is above) and `high` (where it is not), doubled until it is not.
template <class Function>
double crossing(const Function& value, double wanted, double high) {
  while (value(high) > wanted) high *= 2;
  double low = 0.0;
  for (int i = 0; i < 200 && high - low > 1e-14 * high; ++i) {
    const double middle = 0.5 * (low + high);
    (value(middle) > wanted ? low : high) = middle;
  }
  return high;
}

}  // namespace

double gaussian_delta(double epsilon, double noise_multiplier) {
  const double s = noise_multiplier;
  const double second = epsilon + std::log(0.5) + log_erfc((1 / (2 * s) + epsilon * s) / std::numbers::sqrt2);
  return std::max(0.0, normal_cdf(1 / (2 * s) - epsilon * s) - std::exp(second));
}

double gaussian_epsilon(double delta, double noise_multiplier) {
  if (gaussian_delta(0.0, noise_multiplier) <= delta) return 0.0;
  return crossing([&](double epsilon) { return gaussian_delta(epsilon, noise_multiplier); }, delta, 1.0);
}

double gaussian_noise(double epsilon, double delta) {
  return crossing([&](double noise) { return noise == 0.0 ? 1.0 : gaussian_delta(epsilon, noise); }, delta, 1.0);
}

double composed_noise(std::span<const GaussianReleases> releases) {
  double precision = 0.0;
  for (const GaussianReleases& r : releases) {
    assert(r.rate == 1.0);
    precision += static_cast<double>(r.steps) / (r.noise_multiplier * r.noise_multiplier);
  }
  return 1 / std::sqrt(precision);
}

}  // namespace polyclinic
