#include "core/leakage/roc.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/error.hpp"
#include "tests/core/leakage/gaussian_scores.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using polyclinic::test::covers;
using polyclinic::test::gaussian_scores;

namespace {

doctest::Approx about(double value, double tolerance = 1e-6) { return doctest::Approx(value).epsilon(tolerance); }

constexpr double infinity = std::numeric_limits<double>::infinity();

// How many of 300 small samples (1000 and 200 records, d = 1) have an interval that holds the truth.
template <class Figure>
int covered(const Figure& figure, double truth) {
  int count = 0;
  for (int trial = 0; trial < 300; ++trial)
    count += covers(figure(gaussian_scores(200, 1000, 1.0, Seed(8) / trial)), truth);
  return count;
}

}  // namespace

TEST_CASE("normal scores have the figures of their closed forms: leakage.md, section 1b") {
  struct Known {
    double d, auc, balanced, at_1e_2, at_1e_3;
  };
  for (const Known& known : {Known{1, .7602, .6915, .0924, .01830}, Known{2, .9214, .8413, .3721, .1378}}) {
    const MembershipScores scores = gaussian_scores(100000, 100000, known.d, Seed(3));
    CHECK(covers(auc(scores), known.auc));
    CHECK(auc(scores).value == about(known.auc, 5e-3));
    CHECK(covers(balanced_accuracy(scores), known.balanced));
    CHECK(balanced_accuracy(scores).value == about(known.balanced, 5e-3));
    CHECK(best_balanced_accuracy(scores) == about(known.balanced, 5e-3));
    CHECK(covers(tpr_at(scores, 0.01), known.at_1e_2));
    CHECK(tpr_at(scores, 0.01).value == about(known.at_1e_2, 0.05));
    CHECK(covers(tpr_at(scores, 0.001), known.at_1e_3));
    CHECK(tpr_at(scores, 0.001).value == about(known.at_1e_3, 0.15));
  }
}

TEST_CASE("intervals of 95 % hold the truth in at least about that many of small samples") {
  CHECK(covered([](const MembershipScores& scores) { return auc(scores); }, .76025) >=
        279);  // 300 x .95 = 285, less 1.6 sd
  CHECK(covered([](const MembershipScores& scores) { return balanced_accuracy(scores); }, .69146) >=
        276);  // the best threshold's
  CHECK(covered([](const MembershipScores& scores) { return tpr_at(scores, 0.01); }, .09236) >= 285);
}

TEST_CASE("the interval of an area is DeLong's, of log-odds") {
  // By hand: members win 1/2, 1, 1; non-members 0, 1/3. Variance 1/36 + 1/36, standard deviation .2357023; log-odds ln 5, half
  // width 1.959964 x .2357023 / (5/36) = 3.326219.
  const Bounded area = auc({{1, 3, 4}, {0, 2}});
  CHECK(area.value == about(5 / 6.0));
  CHECK(std::log(area.high / (1 - area.high)) == about(std::log(5.0) + 3.32621, 1e-4));
  CHECK(std::log(area.low / (1 - area.low)) == about(std::log(5.0) - 3.32621, 1e-4));
}

TEST_CASE("equal scores count half") {
  CHECK(auc({{1, 2}, {1, 2}}).value == 0.5);
  CHECK(auc({{2}, {1, 2, 3}}).value == 0.5);
  const MembershipScores constant{{7, 7, 7, 7}, {7, 7, 7, 7, 7, 7}};
  CHECK(auc(constant).value == 0.5);
  CHECK(auc(constant).low < 0.1);
  CHECK(best_balanced_accuracy(constant) == 0.5);
  CHECK(balanced_accuracy(constant).value == 0.5);
  CHECK(roc_curve(constant).size() == 2);
}

TEST_CASE("what cannot be measured is not a number") {
  CHECK(std::isnan(auc({{}, {1}}).value));
  CHECK(std::isnan(balanced_accuracy({{1}, {1, 2}}).value));
  CHECK(std::isnan(tpr_at(gaussian_scores(500, 999, 1, Seed(1)), 0.01).value));
  CHECK_FALSE(std::isnan(tpr_at(gaussian_scores(500, 1000, 1, Seed(1)), 0.01).value));
  CHECK(std::isnan(tpr_at(gaussian_scores(500, 9999, 1, Seed(1)), 0.001).value));
  CHECK_FALSE(std::isnan(tpr_at(gaussian_scores(500, 10000, 1, Seed(1)), 0.001).value));
  CHECK_THROWS_AS((void)auc({{std::nan("")}, {1}}), Error);
  CHECK_THROWS_AS((void)roc_curve({{1}, {}}), Error);
}

TEST_CASE("perfect separation leaves doubt when records are few") {
  const Bounded area = auc({{3, 4, infinity}, {1, 2, -infinity}});
  CHECK(area.value == 1.0);
  CHECK(area.low == about(std::pow(0.025, 1 / 3.0)));
  CHECK(area.high == 1.0);
}

TEST_CASE("a rate at a low one is that of the last point not above it, without interpolation") {
  MembershipScores scores{{5, 0.5}, {}};
  for (int i = 0; i < 100; ++i)
    scores.non_members.push_back(i < 11 ? 1.0 + i * 0.1 : 0.0);  // eleven above the second member
  CHECK(tpr_at(scores, 0.1).value == 0.5);
  CHECK(tpr_at(scores, 0.11).value == 1.0);
}

TEST_CASE("a threshold chosen with other records takes no advantage of chance") {
  double best = 0.0, honest = 0.0;
  for (int trial = 0; trial < 200; ++trial) {
    const MembershipScores nothing = gaussian_scores(20, 20, 0.0, Seed(4) / trial);
    best += best_balanced_accuracy(nothing) / 200;
    honest += balanced_accuracy(nothing).value / 200;
  }
  CHECK(best > 0.56);
  CHECK(honest == doctest::Approx(0.5).epsilon(0.03));
}

TEST_CASE("scores that anything epsilon-private could give do not prove more than epsilon") {
  Random random(Seed(5));
  int wrong = 0;
  for (int trial = 0; trial < 100; ++trial) {  // randomized response: epsilon is ln 3
    MembershipScores scores;
    for (int i = 0; i < 200; ++i) {
      scores.members.push_back(random.uniform() < 0.75 ? 1.0 : 0.0);
      scores.non_members.push_back(random.uniform() < 0.25 ? 1.0 : 0.0);
    }
    wrong += epsilon_lower_bound(scores, 0.0) > std::log(3.0);
  }
  CHECK(wrong <= 5);
  CHECK(epsilon_lower_bound(gaussian_scores(5000, 5000, 3.0, Seed(6)), 1e-5) > 2.0);
}

TEST_CASE("a thinned curve keeps its ends and its order, and few points") {
  const std::vector<RocPoint> curve = roc_curve(gaussian_scores(20000, 20000, 1, Seed(7)));
  const std::vector<RocPoint> few = thinned(curve, 20);
  CHECK(few.size() <= 2 * 20 * 5);  // five decades of either rate
  CHECK(few.size() > 60);
  CHECK(few.front().tpr() == 0.0);
  CHECK(few.back().fpr() == 1.0);
  CHECK(std::ranges::is_sorted(few, {}, &RocPoint::fpr));
}
