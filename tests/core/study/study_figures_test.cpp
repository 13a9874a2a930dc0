#include "core/study/study_figures.hpp"

#include <cmath>

#include "core/record/figures.hpp"
#include "tests/core/record/result_builder.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

RoundRow round_row(std::int64_t round, double auc, std::int64_t bytes) {
  RoundRow row;
  row.round = round;
  row.sim_time_s = 10.0 * static_cast<double>(round);
  row.published_bytes = bytes;
  row.wire_bytes = 4 * bytes;
  row.test_auc = row.test_accuracy = auc;
  row.test_loss = 1 - auc;
  return row;
}

LocalRow local_row(std::int64_t round, std::int64_t institution, double auc) {
  LocalRow row;
  row.round = round;
  row.institution = institution;
  row.sim_time_s = static_cast<double>(3 * round + institution);
  row.test_auc = row.test_accuracy = row.local_test_auc = row.local_test_accuracy = auc;
  row.test_loss = 1 - auc;
  return row;
}

ResultData learning_run() {
  return ResultBuilder()
      .add("/chains/north/rounds", round_row(0, 0.5, 0))
      .add("/chains/north/rounds", round_row(1, unknown, 1000))
      .add("/chains/north/rounds", round_row(2, 0.75, 2000))
      .add("/chains/north/rounds", round_row(3, 0.875, 4000))
      .add("/baselines/centralized/north", round_row(1, 0.75, 0))
      .add("/baselines/local/north", local_row(1, 0, 0.5))
      .add("/baselines/local/north", local_row(1, 1, 0.75))
      .add("/baselines/local/north", local_row(2, 0, 0.5))
      .add("/baselines/local/north", local_row(2, 1, 1.0))
      .result();
}

}  // namespace

TEST_CASE("a run has one row of figures for its collaboration and one for each baseline that it has") {
  const auto figures = study_figures(learning_run(), 7, std::nullopt);
  REQUIRE(figures.size() == 3);
  CHECK(figures[0].run == 7);
  CHECK(figures[0].series == "collaboration");
  CHECK(figures[0].rounds == 3);
  CHECK(figures[0].test_auc == 0.875);
  CHECK(figures[0].test_loss == 0.125);
  CHECK(figures[0].sim_time_s == 30);
  CHECK(figures[0].published_bytes == 7000);
  CHECK(figures[0].wire_bytes == 28000);
  CHECK(figures[1].series == "centralized");
  CHECK(std::isnan(figures[1].published_bytes));
  CHECK(figures[2].series == "local");
  CHECK(figures[2].test_auc == 0.75);  // (0.5 + 1) / 2
  CHECK(figures[2].test_loss == 0.25);
  CHECK(figures[2].local_auc == 0.75);
  CHECK(figures[2].sim_time_s == 7);               // of the slower: 3 * 2 + 1
  CHECK(std::isnan(figures[0].rounds_to_target));  // nothing was asked for
}

TEST_CASE("the target is met in the first evaluated round that is as good, with all bytes up to then") {
  const auto figures = study_figures(learning_run(), 0, StudyTarget{"auc", 0.75});
  CHECK(figures[0].rounds_to_target == 2);
  CHECK(figures[0].time_to_target_s == 20);
  CHECK(figures[0].bytes_to_target == 3000);
  CHECK(figures[1].rounds_to_target == 1);
  CHECK(std::isnan(figures[1].bytes_to_target));
  CHECK(figures[2].rounds_to_target == 2);  // the mean of round 1 is 0.625
  CHECK(figures[2].time_to_target_s == 7);
}

TEST_CASE("a target that is never met leaves no time") {
  const auto figures = study_figures(learning_run(), 0, StudyTarget{"accuracy", 0.9});
  CHECK(std::isnan(figures[0].rounds_to_target));
  CHECK(std::isnan(figures[0].time_to_target_s));
  CHECK(std::isnan(figures[0].bytes_to_target));
}

TEST_CASE("a chain without learning has its blocks for figures") {
  ChainSummaryRow chain;
  chain.consensus = "proof_of_work";
  chain.stale_rate = 0.25;
  chain.block_interval_s = 60;
  BlockRow block;
  block.status = "final";
  const auto figures = study_figures(ResultBuilder()
                                         .add("/chains/load/summary", chain)
                                         .add("/chains/load/blocks", block)
                                         .attribute("/chains/load", "wire_bytes", std::int64_t{5000})
                                         .result(),
                                     0, std::nullopt);
  REQUIRE(figures.size() == 1);
  CHECK(figures[0].series == "collaboration");
  CHECK(std::isnan(figures[0].rounds));
  CHECK(figures[0].stale_rate == 0.25);
  CHECK(figures[0].block_interval_s == 60);
  CHECK(figures[0].wire_bytes == 5000);
}

TEST_CASE("a result without chains has no figures") { CHECK(study_figures({}, 0, std::nullopt).empty()); }
