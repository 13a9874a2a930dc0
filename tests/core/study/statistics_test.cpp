#include "core/study/statistics.hpp"

#include <cmath>

#include "tests/core/study/sample_study.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

// Student (1908), table of additional hours of sleep: by the first and the second drug, ten patients.
const std::vector<double> first_drug = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
const std::vector<double> second_drug = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};

Estimate estimate_of(const std::vector<double>& values) { return estimate(values); }

TimeToTarget time_of(const std::vector<double>& reached_at, const std::vector<double>& ended_at) {
  return time_to_target(reached_at, ended_at);
}

doctest::Approx about(double value) { return doctest::Approx(value).epsilon(1e-6); }

// Point 0 with 0.9, 0.8, 0.7 for seeds 1 to 3, point 1 with 0.8, 0.8, 0.6; seed by seed 0.1, 0, 0.1 lower.
StudyResult two_points() {
  StudyResult result = empty_result(sample_study());
  const double aucs[2][3] = {{0.9, 0.8, 0.7}, {0.8, 0.8, 0.6}};
  for (std::size_t point : {0, 1}) {
    for (std::uint64_t seed : {1, 2, 3}) put_auc(result, point, seed, "collaboration", aucs[point][seed - 1]);
  }
  return result;
}

}  // namespace

TEST_CASE("an interval is Student's: its quantiles are those of the tables") {
  const Estimate two = estimate_of({0, 2}), three = estimate_of({1, 2, 3});
  CHECK(two.mean == 1);
  CHECK(two.half_width() == about(12.706205));  // t(0.975, 1) * sqrt(2) / sqrt(2)
  CHECK(three.mean == 2);
  CHECK(three.deviation == 1);
  CHECK(three.low == about(2 - 4.302653 / std::sqrt(3)));  // t(0.975, 2)
  CHECK(three.high == about(2 + 4.302653 / std::sqrt(3)));
}

TEST_CASE("paired differences of Student's own example are those that R's manual prints") {
  const PairedDifference paired = paired_difference(first_drug, second_drug);
  CHECK(paired.difference.count == 10);
  CHECK(paired.difference.mean == about(-1.58));
  CHECK(paired.difference.low == about(-2.4598858));  // R, ?sleep: t.test(..., paired = TRUE)
  CHECK(paired.difference.high == about(-0.7001142));
  CHECK(paired.effect_size == doctest::Approx(-4.0621 / std::sqrt(10)).epsilon(1e-4));  // d_z = t / sqrt(n)
}

TEST_CASE("one value has no interval, none no mean, and a NaN is no value") {
  const Estimate none = estimate_of({}), one = estimate_of({unknown, 0.5}), equal = estimate_of({0.1, 0.1, 0.1});
  CHECK(none.count == 0);
  CHECK(std::isnan(none.mean));
  CHECK(one.count == 1);
  CHECK(one.mean == 0.5);
  CHECK(std::isnan(one.deviation));
  CHECK(std::isnan(one.low));
  CHECK(equal.mean == 0.1);  // exactly, though 0.1 + 0.1 + 0.1 is not 0.3
  CHECK(equal.low == 0.1);
  CHECK(equal.high == 0.1);
}

TEST_CASE("a pair without its other half is left out, and equal differences have no effect size") {
  const PairedDifference paired = paired_difference(std::vector{1.0, unknown, 3.0}, std::vector{0.5, 0.5, unknown});
  CHECK(paired.difference.count == 1);
  CHECK(paired.difference.mean == 0.5);
  CHECK(std::isnan(paired.effect_size));
  CHECK(std::isnan(paired_difference(std::vector{1.0, 2.0}, std::vector{0.5, 1.5}).effect_size));
}

TEST_CASE("a run that never reaches the target counts as longer than any that does") {
  const TimeToTarget odd = time_of({3, unknown, 5}, {10, 12, 9});
  CHECK(odd.runs == 3);
  CHECK(odd.reached == 2);
  CHECK(odd.median == 5);
  CHECK(odd.least_mean == about((3.0 + 12 + 5) / 3));
  const TimeToTarget even = time_of({3, unknown}, {10, 12});
  CHECK(std::isnan(even.median));  // the greater of the middle two is not known
  CHECK(even.least_mean == 7.5);
  CHECK(time_of({unknown, 2, 4, unknown, 3}, {9, 9, 9, 9, 9}).median == 4);
}

TEST_CASE("times to a target that all runs reach, that none reaches, and of no run") {
  const TimeToTarget all = time_of({2, 8, 4, 6}, {9, 9, 9, 9});
  CHECK(all.reached == 4);
  CHECK(all.median == 5);
  CHECK(all.least_mean == 5);
  const TimeToTarget none = time_of({unknown, unknown}, {10, 20});
  CHECK(none.reached == 0);
  CHECK(std::isnan(none.median));
  CHECK(none.least_mean == 15);
  CHECK(time_of({}, {}).runs == 0);
  CHECK(std::isnan(time_of({}, {}).median));
}

TEST_CASE("statistics are of each point's series over seeds, without metrics that nobody has") {
  StudyResult result = two_points();
  put_auc(result, 1, 1, "local", 0.5);
  const auto rows = statistics(result);
  REQUIRE(rows.size() == 6);  // rounds and AUC of three series
  CHECK(rows[1].point == "fraction=1");
  CHECK(rows[1].metric == "test_auc");
  CHECK(rows[1].value.mean == about(0.8));
  CHECK(rows[1].value.count == 3);
  CHECK(rows[3].point == "fraction=0.1");
  CHECK(rows[3].series == "collaboration");
  CHECK(rows[5].series == "local");
  CHECK(rows[5].value.count == 1);
}

TEST_CASE("points are compared seed by seed with the one named, and with their own baselines") {
  StudyResult result = two_points();
  put_auc(result, 1, 2, "local", 0.5);
  std::vector<ComparisonRow> rows = comparisons(result);
  std::erase_if(rows, [](const ComparisonRow& row) { return row.metric != "test_auc"; });
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].point == "fraction=0.1");
  CHECK(rows[0].kind == Comparison::point);
  CHECK(rows[0].against == "fraction=1");
  CHECK(rows[0].paired.difference.mean == about(-0.2 / 3));
  // The differences -0.1, 0, -0.1 deviate by sqrt((2 * (1/30)^2 + (1/15)^2) / 2) = 0.0577350; that is 1.1547 times the mean.
  CHECK(rows[0].paired.effect_size == doctest::Approx(-0.2 / 3 / 0.057735027).epsilon(1e-6));
  CHECK(rows[1].kind == Comparison::baseline);
  CHECK(rows[1].against == "local");
  CHECK(rows[1].paired.difference.count == 1);
  CHECK(rows[1].paired.difference.mean == about(0.3));
}

TEST_CASE("seeds that one side misses are left out, and the count says so") {
  StudyResult result = empty_result(sample_study());
  put_auc(result, 0, 1, "collaboration", 0.9);
  put_auc(result, 0, 3, "collaboration", 0.7);
  put_auc(result, 1, 2, "collaboration", 0.8);
  put_auc(result, 1, 3, "collaboration", 0.6);
  const auto rows = comparisons(result);
  REQUIRE(rows.size() == 2);  // rounds, AUC
  CHECK(rows[1].paired.difference.count == 1);
  CHECK(rows[1].paired.difference.mean == about(-0.1));
  CHECK(comparisons(empty_result(sample_study())).empty());
}

TEST_CASE("targets count finished runs, with those that never got there") {
  StudyResult result = two_points();
  for (StudyFigures& figures : result.figures) {
    if (figures.test_auc >= 0.8) figures.rounds_to_target = figures.test_auc > 0.85 ? 4 : 10;
  }
  const auto rows = targets(result);  // no times or bytes were put: those measures have no row
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].measure == "rounds");
  CHECK(rows[0].time.runs == 3);
  CHECK(rows[0].time.reached == 2);
  CHECK(rows[0].time.median == 10);
  CHECK(rows[0].time.least_mean == about((4.0 + 10 + 12) / 3));
  result.study.target.reset();
  CHECK(targets(result).empty());
}

TEST_CASE("the ratio to the target is that of the medians, and a bound where one is not known") {
  const auto ratio = [](const std::vector<double>& own, const std::vector<double>& others) {
    const std::vector<double> own_end(own.size(), 12.0), others_end(others.size(), 20.0);
    return time_ratio(time_to_target(own, own_end), time_to_target(others, others_end));
  };
  const TimeRatio exact = ratio({4, 5, 6}, {9, 10, unknown});
  CHECK(exact.ratio == 2);  // 10 / 5
  CHECK(exact.bound == RatioBound::exact);
  const TimeRatio least = ratio({4, 5, 6}, {9, unknown, unknown});
  CHECK(least.ratio == 4);  // the control's median is at least 20, its end
  CHECK(least.bound == RatioBound::at_least);
  const TimeRatio most = ratio({unknown, unknown, 6}, {9, 6, unknown});
  CHECK(most.ratio == 0.75);  // 9 / 12
  CHECK(most.bound == RatioBound::at_most);
  const TimeRatio none = ratio({unknown}, {unknown});
  CHECK(std::isnan(none.ratio));
  CHECK(none.bound == RatioBound::none);
  CHECK(std::isinf(ratio({0, 0, 1}, {9, 9, 9}).ratio));  // met before the first round
}

TEST_CASE("ratios to the target are of seeds that both points have, and keep runs that never reach it") {
  StudyResult result = two_points();
  std::erase_if(result.figures, [](const StudyFigures& figures) { return figures.test_auc == 0.9; });  // seed 1 of point 0
  for (StudyFigures& figures : result.figures) {
    if (figures.series == "collaboration" && figures.test_auc != 0.6) figures.rounds_to_target = 10 * figures.test_auc;
  }
  const auto rows = target_ratios(result);  // of seeds 2 and 3
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].point == "fraction=0.1");
  CHECK(rows[0].against == "fraction=1");
  CHECK(rows[0].measure == "rounds");
  CHECK(rows[0].own.runs == 2);
  CHECK(rows[0].own.reached == 1);      // seed 2 after 8 rounds; seed 3 not within 12
  CHECK(rows[0].others.median == 7.5);  // 8 and 7
  CHECK(rows[0].time.bound == RatioBound::at_most);
  CHECK(rows[0].time.ratio == about(0.75));  // 7.5 / 10
  result.study.target.reset();
  CHECK(target_ratios(result).empty());
}

TEST_CASE("a point of its own to be compared with takes the place of the study's") {
  StudyResult result = two_points();
  result.study.compare_with = "plain";
  result.study.points[0].compare_with = result.study.points[1].compare_with = "fraction=0.1";
  std::vector<ComparisonRow> rows = comparisons(result);
  std::erase_if(rows, [](const ComparisonRow& row) { return row.metric != "test_auc"; });
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].point == "fraction=1");
  CHECK(rows[0].against == "fraction=0.1");
  CHECK(rows[0].paired.difference.mean == about(0.2 / 3));
}

TEST_CASE("statistics of personalization are over seeds, of each method") {
  StudyResult result = two_points();
  for (const double gain : {0.01, 0.02, 0.03}) {
    PersonalFigures& figures = result.personal.emplace_back();
    figures.run = result.personal.size() - 1;  // point 0, seeds 1 to 3
    figures.chain = "north";
    figures.method = "ditto";
    figures.gain_auc = gain;
  }
  const auto rows = personal_statistics(result);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].point == "fraction=1");
  CHECK(rows[0].method == "ditto");
  CHECK(rows[0].metric == "gain_auc");
  CHECK(rows[0].value.count == 3);
  CHECK(rows[0].value.mean == about(0.02));
  CHECK(rows[0].value.low == about(0.02 - 4.302653 * 0.01 / std::sqrt(3)));  // t(0.975, 2)
}
