#include "core/privacy/convolution.hpp"

#include "tests/support/check.hpp"

namespace polyclinic {

TEST_CASE("fair coins add up to the binomial distribution") {
  const std::vector<double> sum = distribution_of_sum({{{0.5, 0.5, 0, 0, 0, 0, 0, 0}, 4}});
  const std::vector<double> expected{1, 4, 6, 4, 1, 0, 0, 0};
  for (std::size_t i = 0; i < expected.size(); ++i) CHECK(sum[i] == doctest::Approx(expected[i] / 16).epsilon(1e-14));
}

TEST_CASE("different variables are added too, modulo the number of cells") {
  const std::vector<double> sum = distribution_of_sum({{{0, 0, 0, 1}, 1}, {{0, 0.25, 0.75, 0}, 1}});
  CHECK(sum[0] == doctest::Approx(0.25));  // 3 + 1 = 4
  CHECK(sum[1] == doctest::Approx(0.75));  // 3 + 2 = 5
  CHECK(sum[2] == doctest::Approx(0.0));
}

}  // namespace polyclinic
