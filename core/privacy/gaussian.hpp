// The Gaussian mechanism without sampling, exactly: no accountant can do better. Balle and Wang 2018, Improving the Gaussian
// mechanism for differential privacy, theorem 8.
#pragma once

#include <span>

#include "core/privacy/releases.hpp"

namespace polyclinic {

// The least delta with which one release of noise_multiplier x the bound is (epsilon, delta)-differentially private.
[[nodiscard]] double gaussian_delta(double epsilon, double noise_multiplier);
[[nodiscard]] double gaussian_epsilon(double delta, double noise_multiplier);  // the inverse; at least 0
// The least noise multiplier for which one release is (epsilon, delta)-differentially private; relative error below 1e-12.
[[nodiscard]] double gaussian_noise(double epsilon, double delta);

// The multiplier of the single release to which many are equivalent: 1 / s^2 = sum of steps / multiplier^2. Every rate must be 1.
[[nodiscard]] double composed_noise(std::span<const GaussianReleases> releases);

}  // namespace polyclinic
