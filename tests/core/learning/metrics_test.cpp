#include "core/learning/metrics.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

double area(const std::vector<float>& scores, const std::vector<std::uint8_t>& positive) {
  return area_under_curve(scores, positive);
}

}  // namespace

TEST_CASE("the area is the share of positive-negative pairs in the right order") {
  CHECK(area({0.1F, 0.4F, 0.35F, 0.8F}, {0, 0, 1, 1}) == doctest::Approx(0.75));  // 3 of 4 pairs
  CHECK(area({0.1F, 0.2F, 0.8F, 0.9F}, {0, 0, 1, 1}) == 1.0);
  CHECK(area({0.9F, 0.8F, 0.2F, 0.1F}, {0, 0, 1, 1}) == 0.0);
}

TEST_CASE("a tied pair counts half") {
  CHECK(area({0.5F, 0.5F, 0.5F, 0.5F}, {0, 1, 0, 1}) == 0.5);
  CHECK(area({0.2F, 0.5F, 0.5F, 0.9F}, {0, 0, 1, 1}) == doctest::Approx((1.0 + 0.5 + 1.0 + 1.0) / 4.0));
}

TEST_CASE("the area is undefined without both kinds, or with a score that is no number") {
  CHECK(std::isnan(area({0.5F, 0.7F}, {1, 1})));
  CHECK(std::isnan(area({0.5F, 0.7F}, {0, 0})));
  CHECK(std::isnan(area({}, {})));
  CHECK(std::isnan(area({0.5F, std::numeric_limits<float>::quiet_NaN()}, {0, 1})));
}

TEST_CASE("F1 by hand: TP 2, FP 1, FN 3 give 4/8") {
  const std::vector<std::uint8_t> predicted{1, 1, 1, 0, 0, 0, 0};
  const std::vector<std::uint8_t> positive{1, 1, 0, 1, 1, 1, 0};
  CHECK(f1_of(predicted, positive) == doctest::Approx(0.5));
  const std::vector<std::uint8_t> none{0, 0};
  CHECK(std::isnan(f1_of(none, none)));
}
