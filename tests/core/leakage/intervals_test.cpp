#include "core/leakage/intervals.hpp"

#include <cmath>
#include <initializer_list>

#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

doctest::Approx about(double value, double tolerance = 1e-6) { return doctest::Approx(value).epsilon(tolerance); }

}  // namespace

TEST_CASE("an interval of a share is Clopper and Pearson's: those that R's binom.test prints") {
  const Bounded tenth = clopper_pearson({10, 100}), half = clopper_pearson({5, 10}), none = clopper_pearson({0, 10});
  CHECK(tenth.value == about(0.1));
  CHECK(tenth.low == about(0.04900469));
  CHECK(tenth.high == about(0.17622260));
  CHECK(half.low == about(0.18708603));
  CHECK(half.high == about(1 - 0.18708603));
  CHECK(none.low == 0.0);
  CHECK(none.high == about(0.30849710));
}

TEST_CASE("with nothing but failures the upper bound has a closed form: (1 - p)^n is the risk") {
  CHECK(clopper_pearson_high({0, 50}, 0.01) == about(1 - std::pow(0.01, 1 / 50.0)));
  CHECK(clopper_pearson_low({50, 50}, 0.01) == about(std::pow(0.01, 1 / 50.0)));
  CHECK(clopper_pearson_low({0, 0}, 0.01) == 0.0);
  CHECK(clopper_pearson_high({0, 0}, 0.01) == 1.0);
  CHECK(std::isnan(clopper_pearson({0, 0}).value));
}

TEST_CASE("the interval of a balanced share adds distances in squares") {
  const Bounded same = balanced_share({5, 10}, {5, 10});  // two sides with equal distances 0.3129140
  CHECK(same.value == 0.5);
  CHECK(same.low == about(0.5 - 0.31291397 / std::sqrt(2.0)));
  CHECK(same.high == about(0.5 + 0.31291397 / std::sqrt(2.0)));
  const Bounded certain = balanced_share({10, 10}, {0, 10});
  CHECK(certain.value == 1.0);
  CHECK(certain.high == 1.0);
  CHECK(certain.low == about(1 - 0.30849710 / std::sqrt(2.0)));
}

TEST_CASE("what differential privacy leaves to an attack: leakage.md, section 1b") {
  CHECK(largest_balanced_accuracy(1, 0) == about(0.7311, 1e-4));
  CHECK(largest_balanced_accuracy(3, 0) == about(0.9526, 1e-4));
  CHECK(largest_balanced_accuracy(8, 0) == about(0.9997, 1e-4));
  CHECK(largest_tpr(1, 1e-5, 0.001) == about(0.00273, 1e-3));
  CHECK(largest_tpr(0, 0, 0.3) == about(0.3));  // nothing learned: the diagonal
  CHECK(largest_tpr(1, 0, 1) == 1.0);
}

TEST_CASE("the largest area is that under the largest rates") {
  for (const double delta : {0.0, 0.05}) {
    double area = 0.0;
    constexpr int steps = 100000;
    for (int i = 0; i < steps; ++i) area += largest_tpr(1.5, delta, (i + 0.5) / steps) / steps;
    CHECK(largest_auc(1.5, delta) == about(area));
  }
  CHECK(largest_auc(1.5, 0) == about(largest_balanced_accuracy(1.5, 0)));
}

TEST_CASE("a least epsilon comes from the sure ends of both rates") {
  const double sure = std::pow(0.025, 1 / 1000.0);  // of 1000 hits of 1000
  CHECK(epsilon_lower_bound({1000, 1000}, {0, 1000}, 0) == about(std::log(sure / (1 - sure))));
  CHECK(epsilon_lower_bound({1000, 1000}, {0, 1000}, 0.1) == about(std::log((sure - 0.1) / (1 - sure))));
  CHECK(epsilon_lower_bound({500, 1000}, {500, 1000}, 0) == 0.0);
  const double randomized_response = epsilon_lower_bound({73106, 100000}, {26894, 100000}, 0);  // epsilon is 1 exactly
  CHECK(randomized_response < 1.0);
  CHECK(randomized_response > 0.98);
}

TEST_CASE("the two ways to say it are symmetric: an attack may as well be sure of who is no member") {
  CHECK(epsilon_lower_bound({900, 1000}, {1, 1000}, 0) == about(epsilon_lower_bound({999, 1000}, {100, 1000}, 0)));
}
