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

AuxiliaryRow guidance(std::int64_t round, std::int64_t source_round, double weight, double similarity) {
  AuxiliaryRow row;
  row.round = round;
  row.source = "north";
  row.source_round = source_round;
  row.content = "body";
  row.arrived_s = static_cast<double>(10 * source_round);
  row.header_bytes = 400;
  row.proof_bytes = 300;
  row.payload_bytes = 1000;
  row.weight = weight;
  row.similarity = similarity;
  return row;
}

struct Own {
  double local, collaborative, personal;
};

PersonalRow personal_row(std::int64_t institution, Own accuracy, Own auc) {
  PersonalRow row;
  row.chain = "north";
  row.institution = institution;
  row.local_accuracy = accuracy.local;
  row.collaborative_accuracy = accuracy.collaborative;
  row.personal_accuracy = accuracy.personal;
  row.local_auc = auc.local;
  row.collaborative_auc = auc.collaborative;
  row.personal_auc = auc.personal;
  return row;
}

doctest::Approx about(double value) { return doctest::Approx(value).epsilon(1e-12); }

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

// Round 1 is not evaluated: straight lines from (0, 0.5) to (2, 0.75) to (3, 0.875), of area 1.25 + 0.8125 over three rounds.
TEST_CASE("a learning curve has its start, its first round, and the mean height of its area") {
  const auto figures = study_figures(learning_run(), 0, std::nullopt);
  CHECK(figures[0].start_auc == 0.5);
  CHECK(std::isnan(figures[0].first_auc));
  CHECK(figures[0].area_auc == about(2.0625 / 3));
  CHECK(figures[0].area_accuracy == about(2.0625 / 3));
  CHECK(std::isnan(figures[1].start_auc));
  CHECK(figures[1].first_auc == 0.75);
  CHECK(figures[1].area_auc == 0.75);           // one value: its own
  CHECK(figures[2].area_auc == about(0.6875));  // from 0.625 to 0.75
}

TEST_CASE("a chain that opens late is timed from its opening, a baseline by its own clock") {
  ResultBuilder builder;
  for (std::int64_t round = 0; round < 3; ++round) {
    RoundRow row = round_row(round, 0.5 + 0.25 * static_cast<double>(round), 0);
    row.sim_time_s += 1000;
    builder.add("/chains/late/rounds", row).add("/baselines/centralized/late", row);
  }
  const auto figures = study_figures(builder.result(), 0, StudyTarget{"auc", 0.75});
  CHECK(figures[0].time_to_target_s == 10);
  CHECK(figures[0].sim_time_s == 20);
  CHECK(figures[1].time_to_target_s == 1010);  // it collects the rows first
  CHECK(figures[1].sim_time_s == 1020);
}

TEST_CASE("what came from another chain is told by means over the rounds that it served, and each object counts once") {
  ResultBuilder builder;
  const std::string path = "/chains/south/auxiliary";
  builder.add("/chains/south/rounds", round_row(0, 0.5, 0));
  builder.add(path, guidance(1, 4, 1.0, 0.5)).add(path, guidance(2, 4, 0.5, 0.5)).add(path, guidance(3, 5, 0.25, unknown));
  const auto figures = study_figures(builder.result(), 0, std::nullopt);
  CHECK(figures[0].auxiliary_weight == about(1.75 / 3));
  CHECK(figures[0].auxiliary_similarity == 0.5);
  CHECK(figures[0].auxiliary_objects == 2);
  CHECK(figures[0].auxiliary_refused == 0);
  CHECK(figures[0].auxiliary_header_bytes == 800);
  CHECK(figures[0].auxiliary_proof_bytes == 600);
  CHECK(figures[0].auxiliary_payload_bytes == 2000);
  CHECK(std::isnan(study_figures(learning_run(), 0, std::nullopt)[0].auxiliary_objects));  // nothing was asked for
}

// Three institutions' prototypes in one packet, each in rounds 1 and 2.
TEST_CASE("objects that came together have their packet's headers and proofs in common, and refused ones are counted") {
  ResultBuilder builder;
  EventRow refused;
  refused.chain = "south";
  refused.kind = "refused relay";
  for (const std::int64_t round : {1, 2}) {
    for (int institution = 0; institution < 3; ++institution)
      builder.add("/chains/south/auxiliary", guidance(round, 4, 1, unknown));
  }
  const auto figures = study_figures(
      builder.add("/chains/south/rounds", round_row(0, 0.5, 0)).add("/events", refused).result(), 0, std::nullopt);
  CHECK(figures[0].auxiliary_objects == 3);
  CHECK(figures[0].auxiliary_payload_bytes == 3000);
  CHECK(figures[0].auxiliary_header_bytes == 400);
  CHECK(figures[0].auxiliary_proof_bytes == 300);
  CHECK(figures[0].auxiliary_refused == 1);
}

// AUC gains 0.25, -0.125, 0; the fourth has no AUC and gains accuracy.
TEST_CASE("personalization is told over institutions: means, gains, shares and the worst") {
  ResultBuilder builder;
  const std::string path = "/personalization/fine_tune";
  builder.add(path, personal_row(0, {0.5, 0.5, 0.5}, {0.25, 0.5, 0.75}));
  builder.add(path, personal_row(1, {0.5, 0.5, 0.5}, {0.5, 0.75, 0.625}));
  builder.add(path, personal_row(2, {0.5, 0.5, 0.5}, {0.75, 1.0, 1.0}));
  builder.add(path, personal_row(3, {0.25, 0.5, 1.0}, {unknown, unknown, unknown}));
  const auto figures = personal_figures(builder.result(), 7);
  REQUIRE(figures.size() == 1);
  CHECK(figures[0].run == 7);
  CHECK(figures[0].chain == "north");
  CHECK(figures[0].method == "fine_tune");
  CHECK(figures[0].institutions == 4);
  CHECK(figures[0].local_auc == 0.5);
  CHECK(figures[0].collaborative_auc == 0.75);
  CHECK(figures[0].personal_accuracy == 0.625);
  CHECK(figures[0].gain_auc == about(0.125 / 3));
  CHECK(figures[0].local_gain_auc == about(0.875 / 3));  // 0.5 + 0.125 + 0.25
  CHECK(figures[0].gain_accuracy == 0.125);
  CHECK(figures[0].share_gained == 0.5);  // the first and the fourth
  CHECK(figures[0].share_hurt == 0.25);
  CHECK(figures[0].worst_gain_auc == -0.125);
  CHECK(figures[0].worst_auc == 0.625);
  CHECK(figures[0].worst_accuracy == 0.5);
}

// Nearest rank: the second of twenty values in their order.
TEST_CASE("the tenth percentile over institutions is a nearest-rank one") {
  ResultBuilder builder;
  for (std::int64_t i = 1; i <= 20; ++i) {
    builder.add("/personalization/ditto", personal_row(i, {0, 0, static_cast<double>(i)}, {unknown, unknown, unknown}));
  }
  const auto figures = personal_figures(builder.result(), 0);
  CHECK(figures.at(0).p10_accuracy == 2);
  CHECK(figures.at(0).p10_gain_accuracy == 2);
  CHECK(std::isnan(figures.at(0).p10_auc));
  CHECK(personal_figures(learning_run(), 0).empty());
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
