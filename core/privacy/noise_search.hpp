// How much noise a budget needs.
#pragma once

#include <functional>

namespace polyclinic {

// The least noise multiplier, to 0.01 % and never too small, for which `epsilon_with(multiplier)`, which falls, is at most `epsilon`.
// Throws UsageError, naming privacy.epsilon, where even `largest_noise` is not enough.
inline constexpr double largest_noise = 1e6;
[[nodiscard]] double noise_for(double epsilon, const std::function<double(double)>& epsilon_with);

}  // namespace polyclinic
