#include "core/report/answer.hpp"

#include "tests/core/report/small_study.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

std::vector<std::string> sentences(const ReportInput& input) {
  const std::vector<ChainAnswer> answers = answer(input.result);
  REQUIRE(answers.size() == 1);
  CHECK(answers.front().chain == "scans");
  return answers.front().sentences;
}

bool says(const std::string& sentence, std::string_view text) { return sentence.find(text) != std::string::npos; }

const std::string nbsp = "\u00a0";

}  // namespace

// Two seeds: t = 12.7062 (tables), so that an interval reaches 6.3531 times the difference of the two values to either
// side.
TEST_CASE("the first sentence names the best and the worst point, with their differences to centralized training") {
  const std::string told = sentences(small_study(
      {{0, 1, 0.90, 0.95, 0.80}, {0, 2, 0.92, 0.95, 0.80}, {1, 1, 0.70, 0.95, 0.80}, {1, 2, 0.702, 0.952, 0.80}}))[0];
  CHECK(says(told, "Of 2 points, wide ends highest: test AUC 0.910"));
  CHECK(says(told, "0.783 to 1.037"));  // 0.91 -+ 6.3531 * 0.02
  CHECK(says(told, "−0.040 (95" + nbsp + "%" + nbsp + "CI −0.167 to +0.087, which includes zero)"));
  CHECK(says(told, "narrow ends lowest: test AUC 0.701"));
  CHECK(says(told, "a difference to centralized training of −0.250"));
}

TEST_CASE("the second sentence says for which points the seeds show no difference to training alone") {
  const std::string some = sentences(small_study(
      {{0, 1, 0.90, 0.95, 0.80}, {0, 2, 0.92, 0.95, 0.82}, {1, 1, 0.81, 0.95, 0.80}, {1, 2, 0.82, 0.95, 0.82}}))[1];
  CHECK(says(some, "Training alone, institutions reach 0.810 on average"));
  CHECK(says(some, "+0.100 (95" + nbsp + "%" + nbsp + "CI +0.100 to +0.100) with wide"));
  CHECK(says(some, "these seeds show no difference to training alone with narrow."));  // 0.01 and 0
  const std::string none = sentences(small_study(
      {{0, 1, 0.85, 0.95, 0.80}, {0, 2, 0.80, 0.95, 0.82}, {1, 1, 0.81, 0.95, 0.80}, {1, 2, 0.82, 0.95, 0.82}}))[1];
  CHECK(says(none, "with no point do these seeds show a difference"));
}

TEST_CASE("the last sentence is the cost of the points that publish least and most") {
  CHECK(
      sentences(small_study({{0, 1, 0.9, 0.95, 0.8}, {1, 1, 0.8, 0.95, 0.8}})).back() ==
      "A run costs 300 B published and 20.0 s of simulated time with narrow, and 3.00 kB published and 20.0 s of simulated "
      "time with wide.");
}

TEST_CASE("one run is told without points and without intervals") {
  const std::vector<std::string> told = sentences(small_study({{0, 1, 0.9, 0.95, 0.8}}));
  CHECK(told[0] == "The final model has test AUC 0.900, a difference to centralized training of −0.050.");
  CHECK(told[1] == "Training alone, institutions reach 0.800 on average; collaborating makes a difference of +0.100.");
  CHECK(told[2] == "It cost 3.00 kB published and 20.0 s of simulated time.");
}

TEST_CASE("a target is told with the runs that never reach it") {
  ReportInput input = small_study({{0, 1, 0.9, 0.95, 0.8}, {0, 2, 0.9, 0.95, 0.8}, {0, 3, 0.8, 0.95, 0.8}});
  input.result.study.target = StudyTarget{"auc", 0.85};
  for (StudyFigures& figures : input.result.figures) {
    if (figures.series == "collaboration" && figures.test_auc > 0.85)
      figures.time_to_target_s = 10.0 * (1.0 + static_cast<double>(figures.run));
  }
  CHECK(says(sentences(input).back(), "where 2 of 3 runs reach AUC 0.85 (median after 20.0 s)."));
}
