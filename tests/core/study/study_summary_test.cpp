#include "core/study/study_result.hpp"
#include "tests/core/study/sample_study.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

StudyResult two_points() {
  StudyResult result = empty_result(sample_study());
  for (std::uint64_t seed : {1, 2, 3}) put_auc(result, 0, seed, "collaboration", 0.9);
  put_auc(result, 1, 1, "collaboration", 0.7);
  put_auc(result, 1, 2, "collaboration", 0.75);
  put_auc(result, 1, 3, "collaboration", 0.8);
  return result;
}

}  // namespace

TEST_CASE("a study's summary is this text") {
  StudyResult result = two_points();
  for (StudyFigures& figures : result.figures) {
    if (figures.test_auc >= 0.8) figures.rounds_to_target = 6;
  }
  // 0.05 deviation: half-width 4.302653 * 0.05 / sqrt(3) = 0.1242; d = -0.15 / 0.05; (12 + 12 + 6) / 3 = 10 rounds at least.
  CHECK(summarize(result) ==
        "study sample: 2 points with 3 seeds; of 6 runs, 6 complete\n"
        "means over seeds, ± half of the 95 % confidence interval (Student's t); in brackets the interval itself\n"
        "\n"
        "chain north\n"
        "  point         runs         test AUC  test accuracy  own-rows AUC  published  simulated\n"
        "  ------------  ----  ---------------  -------------  ------------  ---------  ---------\n"
        "  fraction=1       3           0.9000              -             -          -          -\n"
        "  fraction=0.1     3  0.7500 ± 0.1242              -             -          -          -\n"
        "\n"
        "  differences, paired by seed; d: Cohen's, the mean difference over its standard deviation\n"
        "  point             pairs                    test AUC      d  test accuracy  d\n"
        "  ----------------  -----  --------------------------  -----  -------------  -\n"
        "  minus fraction=1\n"
        "    fraction=0.1        3  -0.1500 [-0.2742, -0.0258]  -3.00              -  -\n"
        "\n"
        "  to a test AUC of 0.8: medians; runs that never reach it count as longer than any that do\n"
        "  point         reached by            rounds  simulated  published\n"
        "  ------------  ----------  ----------------  ---------  ---------\n"
        "  fraction=1        3 of 3                 6          -          -\n"
        "  fraction=0.1      1 of 3  mean at least 10          -          -\n");
}

TEST_CASE("runs that failed say why, and with one seed no interval is invented") {
  Study study = sample_study();
  study.seeds = {1};
  StudyResult result = empty_result(study);
  put_auc(result, 0, 1, "collaboration", 0.9);
  result.runs[1].state = StudyRunState::failed;
  result.runs[1].message = "no space left";
  const std::string text = summarize(result);
  CHECK(has(text, "2 points with 1 seed; of 2 runs, 1 complete, 1 failed\n  fraction=0.1_seed=1 failed: no space left\n"));
  CHECK(has(text, "one seed a point: no intervals; they need two or more\n"));
  CHECK_FALSE(has(text, "±"));
  CHECK(has(summarize(empty_result(study)), "no run is complete: there are no figures yet\n"));
}

TEST_CASE("a baseline that is the same at every point stands there once, one that differs at each point") {
  StudyResult result = two_points();
  for (std::size_t point : {0, 1}) {
    for (std::uint64_t seed : {1, 2, 3}) {
      put_auc(result, point, seed, "centralized", 0.95);
      put_auc(result, point, seed, "local", point == 0 ? 0.5 : 0.625);
    }
  }
  const std::string text = summarize(result);
  const std::string table = text.substr(0, text.find("differences"));
  CHECK(table.ends_with("  fraction=1       3           0.9000              -             -          -          -\n"
                        "    local only     3           0.5000              -             -          -          -\n"
                        "  fraction=0.1     3  0.7500 ± 0.1242              -             -          -          -\n"
                        "    local only     3           0.6250              -             -          -          -\n"
                        "  centralized      3           0.9500              -             -          -          -\n"
                        "\n  "));
}

TEST_CASE("the summary tells how many times as long others take, where another chain helped, and what personal models gain") {
  StudyResult result = two_points();
  for (StudyFigures& figures : result.figures) {
    if (figures.test_auc < 0.9) figures.rounds_to_target = 3;
    if (figures.test_auc < 0.9) figures.auxiliary_objects = 1;
  }
  for (const double gain : {0.01, 0.02, 0.03}) {
    PersonalFigures& figures = result.personal.emplace_back();
    figures.run = result.personal.size() - 1;
    figures.chain = "north";
    figures.method = "ditto";
    figures.gain_auc = gain;
    figures.share_gained = 0.75;
  }
  const std::string text = summarize(result);
  // None of the others gets there within 12 rounds. Half of the interval: 4.302653 * 0.01 / sqrt(3) = 0.0248.
  CHECK(has(text, "  fraction=0.1      3 of 3     fraction=1      0 of 3"));
  CHECK(has(text, "at least 4"));
  CHECK(has(text, "  fraction=1  ditto   +0.020 [-0.005, +0.045]"));
  CHECK(has(text, "75 %"));
  CHECK_FALSE(has(summarize(two_points()), "personal models"));
}
