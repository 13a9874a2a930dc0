#include "core/privacy/noise_search.hpp"

#include "core/base/error.hpp"
#include "core/privacy/accountant.hpp"
#include "core/privacy/gaussian.hpp"
#include "tests/core/privacy/words.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {

using testing::contains;
using testing::message_of;

TEST_CASE("the noise found meets the budget, and hardly less would not") {
  for (const double epsilon : {0.2, 1.0, 8.0, 200.0}) {
    const double noise = noise_for(epsilon, [](double z) { return gaussian_epsilon(1e-6, z); });
    CHECK(gaussian_epsilon(1e-6, noise) <= epsilon);
    CHECK(noise == doctest::Approx(gaussian_noise(epsilon, 1e-6)).epsilon(2e-4));  // the exact inverse
  }
}

TEST_CASE("with an accountant that samples, the budget of a known run gives its noise back") {
  const auto accountant = make_accountant({.accountant = "rdp"});
  const auto epsilon_with = [&](double noise) {
    Releases releases;
    releases.add(GaussianReleases{0.04, noise, 2250});
    return accountant->epsilon(releases, 1e-5).epsilon;
  };
  CHECK(noise_for(7.32911117143, epsilon_with) == doctest::Approx(1.5).epsilon(2e-4));  // Opacus' known answer
}

TEST_CASE("a budget that no noise meets is refused") {
  CHECK(contains(message_of([] { static_cast<void>(noise_for(0.5, [](double) { return 1.0; })); }),
                 "privacy.epsilon is 0.5"));
}

}  // namespace polyclinic
