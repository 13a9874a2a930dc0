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

// Two seeds: t = 12.7062 (tables), so that half an interval is 6.3531 times the difference of the two values.
std::string plus_minus(const std::string& mean, const std::string& half) { return mean + "\u00a0±\u00a0" + half; }

}  // namespace

TEST_CASE("the first sentence is the best point's score beside centralized training") {
  const std::string unsure = sentences(small_study(
      {{0, 1, 0.90, 0.95, 0.80}, {0, 2, 0.92, 0.95, 0.80}, {1, 1, 0.70, 0.95, 0.80}, {1, 2, 0.702, 0.952, 0.80}}))[0];
  CHECK(unsure == "With wide, the best of 2 points, collaboration ends at test AUC " + plus_minus("0.910", "0.127") + ", " +
                      plus_minus("0.040", "0.127") +  // 6.3531 * 0.02
                      " below centralized training (0.950): 2 seeds do not show a difference.");
  const std::string sure =
      sentences(small_study({{0, 1, 0.90, 0.95, 0.80}, {0, 2, 0.92, 0.972, 0.80}}))[0];  // differences 0.05 and 0.052
  CHECK(says(sure, ", " + plus_minus("0.051", "0.013") + " below centralized training (0.961)."));
}

TEST_CASE("the second sentence is the best point beside training alone, and names points that do not show a difference") {
  const std::string some = sentences(small_study(
      {{0, 1, 0.90, 0.95, 0.80}, {0, 2, 0.92, 0.95, 0.82}, {1, 1, 0.81, 0.95, 0.80}, {1, 2, 0.82, 0.95, 0.82}}))[1];
  CHECK(some == "That is " + plus_minus("0.100", "0.000") +
                    " above institutions that train alone (0.810 on average); with narrow the seeds do not show a "
                    "difference.");  // 0.01 and 0
  const std::string none = sentences(small_study(
      {{0, 1, 0.85, 0.95, 0.80}, {0, 2, 0.80, 0.95, 0.82}, {1, 1, 0.81, 0.95, 0.80}, {1, 2, 0.82, 0.95, 0.82}}))[1];
  CHECK(says(none, ": 2 seeds do not show a difference, with this point or any other."));
}

TEST_CASE("where the best point does not show a difference, only others that do not either are named with it") {
  ReportInput input = small_study({{0, 1, 0.90, 0.95, 0.80},
                                   {0, 2, 0.82, 0.95, 0.82},
                                   {1, 1, 0.81, 0.95, 0.80},
                                   {1, 2, 0.82, 0.95, 0.82},
                                   {2, 1, 0.70, 0.95, 0.80},
                                   {2, 2, 0.72, 0.95, 0.82}});
  input.result.study.points[2].name = "least";
  CHECK(says(sentences(input)[1], ": 2 seeds do not show a difference, nor do they with narrow."));
}

TEST_CASE("the last sentence is the cost of the best point, and what the one that publishes least gets for less") {
  CHECK(
      sentences(small_study({{0, 1, 0.9, 0.95, 0.8}, {1, 1, 0.8, 0.95, 0.8}})).back() ==
      "A run publishes 3.00 kB in 20.0 s of simulated time; with narrow, which publishes least, that is 300 B for test AUC "
      "0.800.");
  CHECK(says(sentences(small_study({{0, 1, 0.8, 0.95, 0.8}, {1, 1, 0.9, 0.95, 0.8}})).back(),
             "; with wide, which publishes most, that is 3.00 kB for test AUC 0.800."));
}

TEST_CASE("one run is told without points and without intervals") {
  const std::vector<std::string> told = sentences(small_study({{0, 1, 0.9, 0.95, 0.8}}));
  CHECK(told[0] == "Collaboration ends at test AUC 0.900, 0.050 below centralized training (0.950).");
  CHECK(told[1] == "That is 0.100 above institutions that train alone (0.800 on average).");
  CHECK(told[2] == "It publishes 3.00 kB in 20.0 s of simulated time.");
  CHECK(says(sentences(small_study({{0, 1, 0.95, 0.95, 0.8}}))[0], ", 0.000 from centralized training"));
}

TEST_CASE("a target is told with the runs that never reach it") {
  ReportInput input = small_study({{0, 1, 0.9, 0.95, 0.8}, {0, 2, 0.9, 0.95, 0.8}, {0, 3, 0.8, 0.95, 0.8}});
  input.result.study.target = StudyTarget{"auc", 0.85};
  for (StudyFigures& figures : input.result.figures) {
    if (figures.series == "collaboration" && figures.test_auc > 0.85)
      figures.time_to_target_s = 10.0 * (1.0 + static_cast<double>(figures.run));
  }
  CHECK(says(sentences(input).back(), ", and 2 of 3 runs reach AUC 0.85 (median after 20.0 s)."));
}

TEST_CASE("a chain without learning is told by its blocks") {
  ReportInput input = small_study({{0, 1, 0, 0, 0}, {1, 1, 0, 0, 0}});
  input.result.figures.clear();
  for (const std::size_t run : {0, 1}) {
    StudyFigures& figures = input.result.figures.emplace_back();
    figures.run = run;
    figures.chain = "scans";
    figures.series = "collaboration";
    figures.stale_rate = run == 0 ? 0.25 : 0.0625;
    figures.final_blocks = 60;
    figures.block_interval_s = 10;
    figures.commit_median_s = 50;
  }
  const std::vector<std::string> told = sentences(input);
  REQUIRE(told.size() == 2);
  CHECK(told[0] ==
        "With narrow, the least of 2 points, 6.25 % of the blocks went stale; 60 became final, one every 10.0 s, and "
        "half of them within 50.0 s.");
  CHECK(says(told[1], "With wide, the most, 25 % of the blocks went stale"));
}
