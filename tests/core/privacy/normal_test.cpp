#include "core/privacy/normal.hpp"

#include <cmath>
#include <limits>

#include "tests/support/check.hpp"

namespace polyclinic {

TEST_CASE("the normal distribution's tails keep their relative precision") {
  CHECK(normal_cdf(0.0) == 0.5);
  CHECK(normal_cdf(1.0) == doctest::Approx(0.8413447460685429).epsilon(1e-14));       // Abramowitz and Stegun, table 26.1
  CHECK(normal_cdf(-10.0) == doctest::Approx(7.619853024160527e-24).epsilon(1e-12));  // mpmath, 30 digits
}

TEST_CASE("the log of erfc goes on where erfc itself underflows") {
  CHECK(log_erfc(-1.0) == doctest::Approx(std::log(1.8427007929497149)).epsilon(1e-14));
  CHECK(log_erfc(30.0) == doctest::Approx(-903.974117110643878).epsilon(1e-13));  // mpmath, 30 digits: log(erfc(30))
  CHECK(log_erfc(24.999999) == doctest::Approx(log_erfc(25.000001)).epsilon(1e-6));
}

TEST_CASE("logarithms of sums and differences") {
  const double nothing = -std::numeric_limits<double>::infinity();
  CHECK(log_sum(std::log(3.0), std::log(4.0)) == doctest::Approx(std::log(7.0)));
  CHECK(log_sum(1000.0, 1000.0) == doctest::Approx(1000.0 + std::log(2.0)));
  CHECK(log_sum(nothing, 2.0) == 2.0);
  CHECK(log_difference(std::log(7.0), std::log(4.0)) == doctest::Approx(std::log(3.0)));
  CHECK(log_difference(2.0, nothing) == 2.0);
  CHECK(log_difference(2.0, 2.0) == nothing);
}

}  // namespace polyclinic
