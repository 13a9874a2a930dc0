#include "core/privacy/rdp.hpp"

#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "core/base/error.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

// E over N(0, s^2) of ((1 - q) + q exp((2 z - 1) / (2 s^2)))^order, by the trapezoidal rule on the line, where it converges
// faster than any power: another way to the same number than the series.
double rdp_by_quadrature(double q, double s, double order) {
  const int points = 40000;
  const double low = -20 * s;
  const double step = (order + 40 * s) / points;
  double moment = 0.0;
  for (int i = 0; i <= points; ++i) {
    const double z = low + step * i;
    const double density = std::exp(-z * z / (2 * s * s)) / (s * std::sqrt(2 * std::numbers::pi));
    moment += step * density * std::pow((1 - q) + q * std::exp((2 * z - 1) / (2 * s * s)), order);
  }
  return std::log(moment) / (order - 1);
}

struct Setting {
  double rate, noise, steps;
};

double epsilon(const Setting& setting, double delta, Conversion conversion) {
  std::vector<double> rdp;
  for (const double order : rdp_orders()) {
    rdp.push_back(setting.steps * sampled_gaussian_rdp(setting.rate, setting.noise, order));
  }
  return converted(rdp_orders(), rdp, delta, conversion).epsilon;
}

}  // namespace

TEST_CASE("without sampling the divergence is order / (2 s^2)") {
  CHECK(sampled_gaussian_rdp(1.0, 2.0, 3.0) == 3.0 / 8.0);
  CHECK(sampled_gaussian_rdp(1.0, 0.5, 1.5) == 3.0);
  CHECK(std::isinf(sampled_gaussian_rdp(0.5, 1.0, std::numeric_limits<double>::infinity())));
}

// dp_accounting's test of 50 steps; whole orders as published, fractional ones by mpmath (quad, 30 digits): the published
// 6.7058e-4 and 1.08549e-3 are of its variant that adds magnitudes.
TEST_CASE("sampled Gaussian: known divergences of whole and fractional orders") {
  const auto of_50_steps = [](double order) { return 50 * sampled_gaussian_rdp(0.01, 2.5, order); };
  CHECK(of_50_steps(1.5) == doctest::Approx(6.50070897187e-4).epsilon(1e-9));
  CHECK(of_50_steps(2.5) == doctest::Approx(1.08541805692e-3).epsilon(1e-9));
  CHECK(of_50_steps(5) == doctest::Approx(2.18075656231e-3).epsilon(1e-10));
  CHECK(of_50_steps(50) == doctest::Approx(2.38460e-2).epsilon(1e-5));
  CHECK(of_50_steps(100) == doctest::Approx(167.416).epsilon(1e-5));
}

TEST_CASE("sampled Gaussian: fractional orders, by mpmath quad with 30 digits") {
  CHECK(sampled_gaussian_rdp(0.04, 1.5, 3.9) == doctest::Approx(0.00183320219958).epsilon(1e-10));
  CHECK(sampled_gaussian_rdp(0.1, 0.7, 1.3) == doctest::Approx(0.0293013005857).epsilon(1e-10));
  CHECK(sampled_gaussian_rdp(0.5, 1.0, 4.7) == doctest::Approx(1.50340955933).epsilon(1e-10));
  CHECK(sampled_gaussian_rdp(0.001, 0.8, 9.3) == doctest::Approx(0.00239768603326).epsilon(1e-9));
  CHECK(sampled_gaussian_rdp(0.9, 3.0, 2.2) == doctest::Approx(0.100210126638).epsilon(1e-10));
}

TEST_CASE("sampled Gaussian: the series agree with quadrature") {
  for (const double q : {0.005, 0.08, 0.6}) {
    for (const double s : {0.6, 1.1, 4.0}) {
      for (const double order : {1.1, 1.7, 2.0, 3.3, 8.9, 10.0}) {
        CAPTURE(q);
        CAPTURE(s);
        CAPTURE(order);
        CHECK(sampled_gaussian_rdp(q, s, order) == doctest::Approx(rdp_by_quadrature(q, s, order)).epsilon(1e-7));
      }
    }
  }
}

TEST_CASE("the divergence rises with order and rate and falls with noise") {
  double before = 0.0;
  for (const double order : rdp_orders()) {
    const double now = sampled_gaussian_rdp(0.02, 1.3, order);
    CHECK(now > before);
    before = now;
  }
  CHECK(sampled_gaussian_rdp(0.03, 1.3, 4.5) > sampled_gaussian_rdp(0.02, 1.3, 4.5));
  CHECK(sampled_gaussian_rdp(0.02, 1.4, 4.5) < sampled_gaussian_rdp(0.02, 1.3, 4.5));
}

// Opacus, accountants_test.py (improved); the same run by the classic conversion is 8.0738.
TEST_CASE("Opacus: q = 0.04, sigma 1.5, 2250 steps at delta 1e-5") {
  CHECK(epsilon({0.04, 1.5, 2250}, 1e-5, Conversion::improved) == doctest::Approx(7.32911117143).epsilon(1e-6));
  CHECK(epsilon({0.04, 1.5, 2250}, 1e-5, Conversion::classic) == doctest::Approx(8.0738).epsilon(1e-5));
}

TEST_CASE("TensorFlow Privacy: 15 epochs of 60000 records in batches of 150, sigma 1.3") {
  CHECK(epsilon({150.0 / 60000, 1.3, 6000}, 1e-5, Conversion::improved) == doctest::Approx(0.7242234026).epsilon(1e-6));
}

// The READMEs' figures are classic ones: 3.01, 1.19 and 7.10 (TensorFlow Privacy), 2.91, 1.16 and 6.86 (Opacus).
TEST_CASE("MNIST as in the tutorials of TensorFlow Privacy and Opacus") {
  const double q = 256.0 / 60000;
  const auto both = [](const Setting& setting, double classic, double improved) {
    CHECK(std::abs(epsilon(setting, 1e-5, Conversion::classic) - classic) <
          1.5e-4);  // four decimals, and whole or half steps
    CHECK(std::abs(epsilon(setting, 1e-5, Conversion::improved) - improved) < 1.5e-4);
  };
  both({q, 1.1, 60 / q}, 3.0084, 2.5967);
  both({q, 1.3, 15 / q}, 1.1923, 0.9546);
  both({q, 0.7, 45 / q}, 7.1006, 6.3184);
  both({0.004, 1.3, 3750}, 1.1597, 0.9220);
  both({0.004, 1.1, 15000}, 2.9050, 2.5029);
  both({0.004, 0.7, 11250}, 6.8589, 6.0925);
}

// dp_accounting's tests: one Gaussian; TensorFlow Federated/Privacy: two of them, and 120 sampled ones at delta 1e-5.
TEST_CASE("other accountants' answers") {
  CHECK(epsilon({1.0, 4.530877117, 1}, 1e-6, Conversion::improved) == doctest::Approx(1.0).epsilon(1e-6));
  CHECK(epsilon({1.0, 0.7, 2}, 1e-5, Conversion::improved) == doctest::Approx(10.8602036).epsilon(1e-6));
  CHECK(epsilon({0.01, 0.7, 120}, 1e-5, Conversion::improved) == doctest::Approx(3.23919).epsilon(1e-5));
}

// TensorFlow Privacy's statement for 10000 records, batches of 64, sigma 2, 5 epochs, delta 1e-6, whose microbatches halve the
// noise multiplier: every record in 5 releases, or sampled in 782.
TEST_CASE("a statement with and without the assumption of sampling") {
  CHECK(epsilon({1.0, 1.0, 5}, 1e-6, Conversion::improved) == doctest::Approx(13.376).epsilon(1e-4));
  CHECK(epsilon({0.0064, 1.0, 782}, 1e-6, Conversion::improved) == doctest::Approx(1.616).epsilon(5e-4));
}

TEST_CASE("pure mechanisms are bounded by randomized response") {
  // By hand: p = e / (1 + e) for epsilon 1; order 2: ln(p^2 / (1 - p) + (1 - p)^2 / p) = ln 2.085...
  const double p = std::numbers::e / (1 + std::numbers::e);
  CHECK(pure_rdp(1.0, 2.0) == doctest::Approx(std::log(p * p / (1 - p) + (1 - p) * (1 - p) / p)));
  CHECK(pure_rdp(1.0, std::numeric_limits<double>::infinity()) == 1.0);
  CHECK(pure_rdp(1.0, 1000.0) == doctest::Approx(1.0).epsilon(1e-3));
  CHECK(pure_rdp(0.01, 3.0) == doctest::Approx(3.0 * 1e-4 / 2).epsilon(1e-3));  // small epsilon: alpha epsilon^2 / 2
}

TEST_CASE("an optimum at the edge of the orders is flagged") {
  const std::vector<double> orders{2, 3, 4};
  CHECK(converted(orders, std::vector<double>{0, 0, 0}, 1e-5, Conversion::classic).at_edge);
  CHECK(converted(orders, std::vector<double>{100, 200, 300}, 1e-5, Conversion::classic).at_edge);
  const FoundEpsilon middle = converted(orders, std::vector<double>{10, 10, 100}, 1e-5, Conversion::classic);
  CHECK_FALSE(middle.at_edge);
  CHECK(middle.order == 3);
  CHECK(middle.epsilon == doctest::Approx(10 + std::log(1e5) / 2));
  CHECK_THROWS_AS(static_cast<void>(conversion_named("bun")), UsageError);
}

}  // namespace polyclinic
