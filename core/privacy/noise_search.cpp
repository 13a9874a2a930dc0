#include "core/privacy/noise_search.hpp"

#include <cmath>

#include "core/base/error.hpp"

namespace polyclinic {

double noise_for(double epsilon, const std::function<double(double)>& epsilon_with) {
  double high = 1.0;
  while (high < largest_noise && epsilon_with(high) > epsilon) high *= 2;
  double low = high / 2;
  while (high == 1.0 && low > 1e-3 && epsilon_with(low) <= epsilon) low /= 2;
  if (high >= largest_noise) {
    throw UsageError(
        fmt::format("privacy.epsilon is {}, which no noise multiplier up to {} reaches", epsilon, largest_noise));
  }
  while (high > low * (1 + 1e-4)) {
    const double middle = std::sqrt(low * high);
    (epsilon_with(middle) > epsilon ? low : high) = middle;
  }
  return high;
}

}  // namespace polyclinic
