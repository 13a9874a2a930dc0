#include "core/privacy/loss_distribution.hpp"

#include <cmath>

#include "core/privacy/gaussian.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

Releases sampled(double rate, double noise, std::int64_t steps) {
  Releases releases;
  releases.add(GaussianReleases{rate, noise, steps});
  return releases;
}

double epsilon(const Releases& releases, double delta) { return LossDistributions(releases).epsilon(delta); }

}  // namespace

TEST_CASE("without sampling the loss distribution gives the exact Gaussian mechanism") {
  for (const double noise : {0.3, 1.0, 5.0}) {
    const LossDistributions losses(sampled(1.0, noise, 3));
    const double composed = noise / std::sqrt(3.0);
    CHECK(losses.epsilon(1e-6) == doctest::Approx(gaussian_epsilon(1e-6, composed)).epsilon(1e-5));
    CHECK(losses.delta(0.5) == doctest::Approx(gaussian_delta(0.5, composed)).epsilon(1e-5));
  }
}

// TensorFlow Privacy's PLD accountant. Over 14063 steps its rounding upwards shows: ours with cells 16 times as fine is 2.38169.
TEST_CASE("published answers of PLD accountants") {
  CHECK(epsilon(sampled(256.0 / 60000, 1.1, 14063), 1e-5) == doctest::Approx(2.383).epsilon(1e-3));  // MNIST, 60 epochs
  CHECK(std::abs(epsilon(sampled(256.0 / 60000, 1.1, 14063), 1e-5) - 2.38169) < 1e-4);
  CHECK(std::abs(epsilon(sampled(0.01, 0.7, 120), 1e-5) - 2.4612381) < 1e-3);
  CHECK(std::abs(epsilon(sampled(1.0, 0.7, 2), 1e-5) - 10.1224946) < 1e-3);
  CHECK(std::abs(epsilon(sampled(1.0, 1.0, 5), 1e-6) - 12.595) < 1e-3);
  CHECK(std::abs(epsilon(sampled(0.0064, 1.0, 782), 1e-6) - 1.199) < 1e-3);
}

// Opacus, tests/prv_accountant.py: upper ends with an error of up to 0.01, so that the true values lie within 0.01 below (and
// 0.02 at most).
TEST_CASE("published answers of the PRV accountant bound ours from above") {
  const auto lies_below = [](const Releases& releases, double upper) {
    const double own = epsilon(releases, 1e-6);
    CHECK(own < upper);
    CHECK(own > upper - 0.02);
  };
  lies_below(sampled(0.001, 0.8, 100), 0.27040);
  lies_below(sampled(0.05, 2.0, 1000), 4.17280);
  lies_below(sampled(0.001, 0.8, 20000), 1.29601);
  lies_below(sampled(0.001, 1.5, 50000), 0.70422);
}

TEST_CASE("a pure mechanism's loss is that of randomized response") {
  Releases once;
  once.add(PureReleases{1.0, 1});
  const LossDistributions losses(once);
  // By hand: delta(epsilon) = p (1 - exp(epsilon - 1)) with p = e / (1 + e).
  const double p = 1 / (1 + std::exp(-1.0));
  CHECK(losses.delta(0.0) == doctest::Approx(p * (1 - std::exp(-1.0))).epsilon(1e-3));
  CHECK(losses.epsilon(1e-9) == doctest::Approx(1.0).epsilon(1e-3));
}

// By hand: two coins of epsilon 1 give losses 2, 0, -2 with p^2, 2 p (1 - p), (1 - p)^2.
TEST_CASE("pure mechanisms add up with others") {
  Releases twice;
  twice.add(PureReleases{1.0, 2});
  const double p = 1 / (1 + std::exp(-1.0));
  CHECK(LossDistributions(twice).delta(1.0) == doctest::Approx(p * p * (1 - std::exp(-1.0))).epsilon(1e-3));
  twice.add(GaussianReleases{1.0, 1000.0, 1});  // adds next to nothing
  CHECK(LossDistributions(twice).delta(1.0) == doctest::Approx(p * p * (1 - std::exp(-1.0))).epsilon(1e-2));
}

TEST_CASE("epsilon falls with noise and delta and rises with rate and steps") {
  const double base = epsilon(sampled(0.02, 1.0, 200), 1e-5);
  CHECK(epsilon(sampled(0.02, 1.1, 200), 1e-5) < base);
  CHECK(epsilon(sampled(0.02, 1.0, 200), 1e-4) < base);
  CHECK(epsilon(sampled(0.03, 1.0, 200), 1e-5) > base);
  CHECK(epsilon(sampled(0.02, 1.0, 300), 1e-5) > base);
}

}  // namespace polyclinic
