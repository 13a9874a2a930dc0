#include "core/privacy/gaussian.hpp"

#include <cmath>
#include <numbers>
#include <vector>

#include "tests/support/check.hpp"

namespace polyclinic {

TEST_CASE("the exact Gaussian mechanism: published answers") {
  // Apple's pfl-research, test of the analytic Gaussian mechanism.
  CHECK(gaussian_noise(2.25, 4.0834087e-4) == doctest::Approx(std::numbers::sqrt2).epsilon(1e-7));
  CHECK(gaussian_delta(2.25, std::numbers::sqrt2) == doctest::Approx(4.08340871e-4).epsilon(1e-8));
  // Rényi's conversion needs 4.5309 for the same (dp_accounting's test).
  CHECK(gaussian_noise(1.0, 1e-6) == doctest::Approx(4.2247).epsilon(1e-5));
}

TEST_CASE("epsilon, delta and noise are inverses of each other") {
  for (const double noise : {0.05, 0.7, 3.0, 20.0}) {
    const double epsilon = gaussian_epsilon(1e-5, noise);
    CHECK(gaussian_delta(epsilon, noise) == doctest::Approx(1e-5).epsilon(1e-6));
    CHECK(gaussian_noise(epsilon, 1e-5) == doctest::Approx(noise).epsilon(1e-6));
  }
  // By hand: delta(0) = Phi(1 / (2 s)) - Phi(-1 / (2 s)), which for s = 1e6 is 4e-7: below 1e-5 without any epsilon.
  CHECK(gaussian_epsilon(1e-5, 1e6) == 0.0);
}

TEST_CASE("many releases without sampling are one with less noise") {
  const std::vector<GaussianReleases> releases{{1.0, 2.0, 4}, {1.0, 1.0, 3}};
  CHECK(composed_noise(releases) == doctest::Approx(0.5));  // 1 / s^2 = 4 / 4 + 3 / 1
}

}  // namespace polyclinic
