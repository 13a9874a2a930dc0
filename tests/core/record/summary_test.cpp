#include "core/record/summary.hpp"

#include <cmath>

#include "core/record/figures.hpp"
#include "core/record/method_figures.hpp"
#include "core/record/rows.hpp"
#include "core/record/text_table.hpp"
#include "tests/core/record/result_builder.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

RoundRow round_row(std::int64_t round, double accuracy, double auc, std::int64_t bytes) {
  RoundRow row;
  row.round = round;
  row.sim_time_s = 30.0 * static_cast<double>(round);
  row.published_bytes = bytes;
  row.wire_bytes = 3 * bytes;
  row.test_accuracy = accuracy;
  row.test_auc = auc;
  return row;
}

LocalRow local_row(std::int64_t round, std::int64_t institution, double accuracy) {
  LocalRow row;
  row.round = round;
  row.institution = institution;
  row.test_accuracy = accuracy;
  row.test_auc = unknown;
  row.local_test_accuracy = row.local_test_auc = unknown;
  return row;
}

InstitutionRow member(std::int64_t id) {
  InstitutionRow row;
  row.institution = id;
  row.chain = "north";
  return row;
}

// A block as it was written before there were views and latencies.
struct OldBlock {
  std::int64_t height = 0;
  std::string status;
  static constexpr auto columns = std::make_tuple(Column{"height", "1", &OldBlock::height}, Column{"status", "", &OldBlock::status});
};

// Two rounds, the second not evaluated; two institutions alone.
ResultData small_run() {
  return ResultBuilder()
      .attribute("/", "name", "small")
      .attribute("/", "complete", std::int64_t{1})
      .attribute("/", "fingerprint", "0123456789abcdef")
      .add("/institutions", member(0))
      .add("/institutions", member(1))
      .add("/chains/north/rounds", round_row(0, 0.5, 0.5, 0))
      .add("/chains/north/rounds", round_row(1, 0.75, 0.875, 4000))
      .add("/chains/north/rounds", round_row(2, unknown, unknown, 6000))
      .add("/chains/north/members", MemberRow{1, 0, 0, 0.5, unknown, 0, 1, 2000})
      .add("/chains/north/members", MemberRow{2, 0, 0, 0.75, unknown, 0, 1, 2000})
      .add("/chains/north/members", MemberRow{1, 1, 0, 0.25, unknown, 0, 1, 2000})
      .add("/baselines/local/north", local_row(1, 0, 0.9))
      .add("/baselines/local/north", local_row(2, 0, 0.5))
      .add("/baselines/local/north", local_row(2, 1, 0.75))
      .add("/baselines/centralized/north", round_row(2, 0.8125, 0.9, 0))
      .attribute("/run", "wall_s", 11.0)
      .attribute("/run", "startup_s", 1.0)
      .attribute("/run", "threads", std::int64_t{2})
      .attribute("/run", "training_s", 15.0)
      .attribute("/run", "evaluation_s", 3.0)
      .result();
}

}  // namespace

TEST_CASE("figures are those of the last evaluated round and of each institution's last evaluation") {
  const auto chains = chain_figures(small_run());
  REQUIRE(chains.size() == 1);
  const ChainFigures& north = chains[0];
  CHECK(north.name == "north");
  CHECK(north.collaborative.rounds == 2);
  CHECK(north.members == 2);
  CHECK(north.collaborative.test.accuracy == 0.75);
  CHECK(north.collaborative.sim_time_s == 60);
  CHECK(north.collaborative.published_bytes == 10'000);
  CHECK(north.collaborative.wire_bytes == 30'000);
  CHECK(north.own_rows.mean.accuracy == 0.5);  // (0.75 + 0.25) / 2
  CHECK(north.own_rows.worst.accuracy == 0.25);
  CHECK(std::isnan(north.own_rows.mean.auc));
  REQUIRE(north.local);
  CHECK(north.local->mean.accuracy == 0.625);  // (0.5 + 0.75) / 2
  CHECK(north.local->worst.accuracy == 0.5);
  CHECK_FALSE(north.full_sharing);
}

TEST_CASE("institutions alone are one series: their means, at the times of the slowest") {
  LocalRow quick = local_row(1, 0, 0.5), slow = local_row(1, 1, 0.75), unevaluated = local_row(2, 0, unknown);
  quick.sim_time_s = 3;
  slow.sim_time_s = 8;
  quick.test_loss = 0.25;
  slow.test_loss = 0.75;
  const auto means = mean_rounds({quick, slow, unevaluated});
  REQUIRE(means.size() == 2);
  CHECK(means[0].round == 1);
  CHECK(means[0].sim_time_s == 8);
  CHECK(means[0].test_accuracy == 0.625);
  CHECK(means[0].test_loss == 0.5);
  CHECK(std::isnan(means[0].test_auc));
  CHECK(std::isnan(means[1].test_accuracy));
  const ModelFigures figures = model_figures(means);
  CHECK(figures.rounds == 2);
  CHECK(figures.test.accuracy == 0.625);  // the last evaluated round is the first
  CHECK(figures.test.loss == 0.5);
  CHECK(figures.published_bytes == 0);
}

TEST_CASE("the worst loss of institutions is the greatest") {
  LocalRow first = local_row(1, 0, 0.5), second = local_row(1, 1, 0.75);
  first.test_loss = 0.5;
  second.test_loss = 0.25;
  const auto chains = chain_figures(ResultBuilder()
                                        .add("/chains/north/rounds", round_row(1, 0.75, 0.875, 0))
                                        .add("/baselines/local/north", first)
                                        .add("/baselines/local/north", second)
                                        .result());
  CHECK(chains[0].local->mean.loss == 0.375);
  CHECK(chains[0].local->worst.loss == 0.5);
}

TEST_CASE("the pool's share is training and evaluation over threads times the wall time after start-up") {
  CHECK(run_figures(small_run()).pool_share == 0.9);  // (15 + 3) / (2 * (11 - 1))
  CHECK(std::isnan(run_figures({}).pool_share));
}

TEST_CASE("the summary of a run is this text") {
  CHECK(summarize(small_run()) ==
        "small: complete, fingerprint 0123456789ab\n"
        "wall time 11.0 s on 2 threads, 90 % busy training and evaluating\n"
        "2 institutions; 0 events\n"
        "\n"
        "chain north: 2 members, 2 rounds, 60.0 s simulated\n"
        "  published 10.0 kB (5.00 kB a round), on the wire 30.0 kB\n"
        "  model                  test accuracy  test AUC  own-rows accuracy  own-rows AUC  simulated time\n"
        "  ---------------------  -------------  --------  -----------------  ------------  --------------\n"
        "  collaborative                 0.7500    0.8750             0.5000             -          60.0 s\n"
        "    worst of 2                       -         -             0.2500             -               -\n"
        "  centralized                   0.8125    0.9000                  -             -          60.0 s\n"
        "  local only, mean of 2         0.6250         -                  -             -               -\n"
        "    worst of them               0.5000         -                  -             -               -\n");
}

TEST_CASE("a chain without learning is summarised by its consensus") {
  ChainSummaryRow chain;
  chain.consensus = "proof_of_work";
  chain.validators = 16;
  chain.stale_rate = 1.0 / 3.0;
  chain.block_interval_s = 60;
  chain.propagation_median_s = 2.5;
  chain.propagation_p90_s = 5;
  chain.commit_median_s = 360;
  BlockRow final_block, stale_block;
  final_block.status = "final";
  stale_block.status = "stale";
  const ResultData data = ResultBuilder()
                              .add("/chains/load/summary", chain)
                              .add("/chains/load/blocks", final_block)
                              .add("/chains/load/blocks", final_block)
                              .add("/chains/load/blocks", stale_block)
                              .attribute("/chains/load", "wire_bytes", std::int64_t{5000})
                              .attribute("/chains/load", "wire_messages", std::int64_t{12})
                              .result();
  CHECK(summarize(data).ends_with(
      "\nchain load: no learning, proof_of_work by 16 validators, every 60.0 s: 2 blocks final, 1 stale (33.33 %)\n"
      "  a block reaches half of the nodes in 2.50 s, nine tenths in 5.00 s; it is final after 6 min 00 s (median)\n"
      "  on the wire 5.00 kB in 12 messages\n"));
}

TEST_CASE("the summary says how the chain behaved") {
  ChainSummaryRow row;
  row.consensus = "proof_of_work";
  row.validators = 6;
  row.blocks = 100;
  row.final_blocks = 86;
  row.stale_blocks = 10;
  row.pending_blocks = 4;
  row.stale_rate = 10.0 / 96.0;
  row.block_interval_s = 5.9;
  row.reorganisations = 19;
  row.longest_reorganisation = 5;
  row.propagation_median_s = 0.68;
  row.propagation_p90_s = 0.7;
  row.commit_median_s = 41.43;
  row.commit_p90_s = 64.5;
  row.updates_published = 60;
  row.updates_included = 57;
  row.updates_expired = 3;
  row.transactions_rejected = 1;
  const EventRow partition{60.0, "north", "partition begins", "fault", "", -1}, healed{90.0, "north", "partition ends", "fault", "", -1};
  const EventRow elsewhere{60.0, "south", "crash begins", "fault", "", -1};
  const ResultData data = ResultBuilder()
                              .add("/chains/north/rounds", round_row(1, 0.75, 0.875, 4000))
                              .add("/chains/north/summary", row)
                              .add("/events", partition)
                              .add("/events", healed)
                              .add("/events", elsewhere)
                              .result();
  const std::string text = summarize(data);
  CHECK(text.find("  proof_of_work, 6 validators: 86 blocks final, one in 5.90 s; 10 stale (10.42 %), 4 pending\n"
                  "  a block reaches half of the validators in 0.68 s, nine tenths in 0.70 s; it is final after 41.4 s "
                  "(median; nine tenths of them: 64.5 s); 19 reorganisations, the longest of 5 blocks\n"
                  "  60 updates published, 57 on the chain, 3 expired; 1 transaction refused\n"
                  "  faults: 1 partition\n") != std::string::npos);
  row.reversed_blocks = 2;
  CHECK(summarize(ResultBuilder()
                      .add("/chains/north/rounds", round_row(1, 0.75, 0.875, 4000))
                      .add("/chains/north/summary", row)
                      .result())
            .find("2 FINAL AND REVERSED") != std::string::npos);
}

TEST_CASE("a chain that finalised nothing has a summary too") {
  ChainSummaryRow row;
  row.consensus = "pbft";
  row.validators = 4;
  const std::string text = summarize(ResultBuilder()
                                         .add("/chains/north/rounds", round_row(0, 0.5, 0.5, 0))
                                         .add("/chains/north/summary", row)
                                         .result());
  CHECK(text.find("  pbft, 4 validators: 0 blocks final; 0 stale\n") != std::string::npos);
}

TEST_CASE("older files keep their summary") {
  const ResultData data = ResultBuilder()
                              .add("/chains/north/rounds", round_row(1, 0.75, 0.875, 4000))
                              .add("/chains/north/blocks", OldBlock{1, "final"})
                              .add("/chains/north/blocks", OldBlock{1, "stale"})
                              .result();
  CHECK(summarize(data).find("; 1 block final, 1 stale\n") != std::string::npos);
}

TEST_CASE("a run that ended at once still has a summary and a line") {
  CHECK(summarize({}) == "unnamed: INCOMPLETE, with everything recorded so far\n0 institutions; 0 events\n");
  const std::vector<NamedResult> runs = {{"a", small_run()}, {"b", {}}};
  const std::string text = compare(runs);
  CHECK(text.find("a               north       2  0.7500 / 0.8750") != std::string::npos);
  CHECK(text.find("b (incomplete)  -           0                -") != std::string::npos);  // numbers stand at the right
}

TEST_CASE("numbers are written as people write them") {
  CHECK(bytes_text(0) == "0 B");
  CHECK(bytes_text(999) == "999 B");
  CHECK(bytes_text(58'504) == "58.5 kB");
  CHECK(bytes_text(999'499) == "999 kB");
  CHECK(bytes_text(999'500) == "1.00 MB");
  CHECK(bytes_text(2.5e18) == "2500 PB");
  CHECK(bytes_text(unknown) == "-");
  CHECK(duration_text(0.5) == "0.50 s");
  CHECK(duration_text(99.96) == "1 min 40 s");
  CHECK(duration_text(7199.4) == "119 min 59 s");
  CHECK(duration_text(7200) == "2 h 00 min");
  CHECK(duration_text(259'200) == "3 d 00 h");
  CHECK(score_text(0.87312) == "0.8731");
}

TEST_CASE("columns stay aligned beside umlauts") {
  TextTable table({"name", "number"}, 1);
  table.add({"Zürich", "1"});
  CHECK(table.str() == "name    number\n------  ------\nZürich       1\n");
}

TEST_CASE("methods of personalization are summed up over the institutions' own test rows") {
  const auto row = [](std::int64_t institution, double local, double together, double personal, double auc) {
    PersonalRow made;
    made.chain = "north";
    made.institution = institution;
    made.local_accuracy = local;
    made.collaborative_accuracy = together;
    made.personal_accuracy = personal;
    made.local_auc = unknown;
    made.collaborative_auc = made.personal_auc = auc;
    made.hurt = personal < together ? 1 : 0;
    return made;
  };
  PersonalRow elsewhere = row(0, 0.1, 0.1, 0.1, 0.1);
  elsewhere.chain = "south";
  const ResultData data = ResultBuilder()
                              .add("/personalization/ditto", row(0, 0.5, 0.75, 0.875, unknown))
                              .add("/personalization/ditto", row(1, unknown, 0.5, 0.25, unknown))
                              .add("/personalization/ditto", row(2, 0.25, 0.25, 0.375, 0.5))  // equal in AUC: no gain
                              .add("/personalization/bn", elsewhere)
                              .result();
  const auto methods = method_figures(data, "north");
  REQUIRE(methods.size() == 1);
  CHECK(methods[0].method == "ditto");
  CHECK(methods[0].institutions == 3);
  CHECK(methods[0].local.mean.accuracy == 0.375);         // (0.5 + 0.25) / 2
  CHECK(methods[0].collaborative.mean.accuracy == 0.5);   // (0.75 + 0.5 + 0.25) / 3
  CHECK(methods[0].personal.mean.accuracy == 0.5);        // (0.875 + 0.25 + 0.375) / 3
  CHECK(methods[0].personal.worst.accuracy == 0.25);
  CHECK(methods[0].personal.mean.auc == 0.5);
  CHECK(methods[0].gained == 1);
  CHECK(methods[0].hurt == 1);
}

TEST_CASE("the summary has a table of the methods where there are any") {
  CHECK(summarize(small_run()).find("personalization") == std::string::npos);
  PersonalRow row;
  row.chain = "north";
  row.local_accuracy = 0.5, row.local_auc = 0.5;
  row.collaborative_accuracy = 0.625, row.collaborative_auc = 0.75;
  row.personal_accuracy = 0.6875, row.personal_auc = 0.8125;
  ResultData data = small_run();
  data.tables["/personalization/fine_tune"] = ResultBuilder().add("/personalization/fine_tune", row).result().tables.begin()->second;
  const std::string text = summarize(data);
  for (const char* part : {"personalization", "fine_tune", "0.5000 / 0.5000", "0.6250 / 0.7500", "0.6875 / 0.8125", "1 of 1", "0 of 1"}) {
    CHECK(text.find(part) != std::string::npos);
  }
}
