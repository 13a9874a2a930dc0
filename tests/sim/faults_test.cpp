// Faults in the simulated world: when what they delay happens, from the scenario by hand, and that nothing is lost by them.
#include "sim/faults.hpp"

#include <algorithm>
#include <cmath>

#include "sim/cost_model.hpp"
#include "tests/sim/recorded.hpp"
#include "tests/sim/small_world.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;
using doctest::Approx;

namespace {

constexpr double flops_per_s = 1e6;  // of a hospital
constexpr double latency_s = 0.251;  // between a hospital and a validator
constexpr double uplink_bytes_per_s = 1e6, downlink_bytes_per_s = 2e6;
constexpr double request_s = latency_s + 48.0 / uplink_bytes_per_s;
constexpr double announcement_s = latency_s + 188.0 / downlink_bytes_per_s;
constexpr double in_time_s = 0.01;  // a validator's own work on a block

// 200 epochs of 16 rows, three passes of 2 x 256 x 2 + 2 FLOPs each.
constexpr double training_s = 3.0 * 1026.0 * 16.0 * 200.0 / flops_per_s;

double signing_s(double bytes) {
  return (cost::hashing_flops(static_cast<std::uint64_t>(bytes)) + cost::signing_flops(1)) / flops_per_s;
}
double travel_s(double bytes) { return latency_s + (197.0 + bytes) / uplink_bytes_per_s; }

// Training takes 9.8 s, so that something can happen meanwhile.
Scenario slow_training() {
  Scenario scenario = small_scenario();
  scenario.chains[0].training.epochs = 200;
  return scenario;
}

}  // namespace

TEST_CASE("a hospital that crashes while it trains begins again when it is back, and the round waits for it") {
  Scenario scenario = slow_training();
  scenario.faults = {of_hospital(fault("crash", 4.0, 16.0), 1)};
  const ResultData data = simulate(scenario);
  const std::vector<ActivityRow> trainings = activities(data, "train", 1);
  REQUIRE(trainings.size() == 3);
  const double start_s = 20.0 + request_s + announcement_s;
  CHECK(trainings[0].start_s == Approx(start_s).epsilon(1e-9));
  CHECK(trainings[0].end_s == Approx(start_s + training_s).epsilon(1e-9));
  const double bytes = update_bytes(data);
  const double arrival_s = start_s + training_s + signing_s(bytes) + travel_s(bytes);
  const std::vector<RoundRow> rounds = rounds_of(data);
  REQUIRE(rounds.size() == 4);
  CHECK(rounds[1].sim_time_s >= arrival_s);  // the other's block lies more than an interval back
  CHECK(rounds[1].sim_time_s < arrival_s + in_time_s);
  CHECK(unaccounted(data) == "");
  CHECK(summary_of(data).updates_included == 6);
}

TEST_CASE("a hospital that crashes while it signs has published nothing: it trains again and its update counts") {
  Scenario scenario = slow_training();
  scenario.faults = {of_hospital(fault("crash", training_s + 0.7, 5.0), 1)};
  const ResultData data = simulate(scenario);
  CHECK(activities(data, "train", 1).size() == 4);
  CHECK(activities(data, "send", 1).size() == 3);
  CHECK(rounds_of(data).size() == 4);
  for (const RoundRow& row : rounds_of(data)) CHECK(row.participants == (row.round > 0 ? 2 : 0));
  CHECK(unaccounted(data) == "");
}

TEST_CASE("a hospital that crashes while it sends sends again when it is back, without training again") {
  Scenario scenario = slow_training();
  const double at_s = training_s + 1.5;  // signing takes 1.44 s, travelling 0.25 s
  scenario.faults = {of_hospital(fault("crash", at_s, 20.0), 1)};
  const ResultData data = simulate(scenario);
  CHECK(activities(data, "train", 1).size() == 3);
  const double arrival_s = at_s + 20.0 + request_s + travel_s(update_bytes(data));
  CHECK(rounds_of(data).at(1).sim_time_s >= arrival_s);
  CHECK(rounds_of(data).at(1).sim_time_s < arrival_s + in_time_s);
  CHECK(unaccounted(data) == "");
}

// Rounds close at 30 s and 60 s, by their deadline. Back at 65 s, the hospital takes part in the third, which closes when both
// updates are in: with the block after the one at 60 s.
TEST_CASE("a hospital that was away for rounds fetches what it missed and takes part again") {
  Scenario scenario = fast_scenario(2, 1);
  scenario.groups[0].flops_per_s.values = {1e9};
  scenario.chains[0].collaboration.min_updates = 1;
  scenario.chains[0].collaboration.deadline_s = 30.0;
  scenario.faults = {of_hospital(fault("crash", 0.1, 64.9), 1)};
  const ResultData data = simulate(scenario);
  const std::vector<RoundRow> rounds = rounds_of(data);
  REQUIRE(rounds.size() == 4);
  const std::vector<std::int64_t> participants{0, 1, 1, 2};
  const std::vector<double> times_s{0.0, 30.0, 60.0, 70.0};
  for (std::size_t r = 0; r < rounds.size(); ++r) {
    CHECK(rounds[r].participants == participants[r]);
    CHECK(rounds[r].sim_time_s == Approx(times_s[r]).epsilon(1e-3));
  }
  const ActivityRow caught_up = activities(data, "receive", 1).at(0);
  CHECK(caught_up.start_s == Approx(65.0 + request_s + announcement_s).epsilon(1e-9));
  CHECK(caught_up.round == 3);
  CHECK(unaccounted(data) == "");
}

// Blocks every 8 s, finality with one other validator's block on top. Validator 1 would make the first block; without it
// validator 0 or 2 does, 0.5 s to 1 s late. Hospital 1 notices 10 s after the crash, and its update comes in the second block,
// which is final with the third.
TEST_CASE("members of a crashed validator go on to another one") {
  Scenario scenario = fast_scenario(2, 3);
  scenario.chains[0].consensus.block_interval_s = 8.0;
  scenario.faults = {of_validators(fault("crash", 0.1, 0.0), {1})};
  const ResultData data = simulate(scenario);
  const std::vector<RoundRow> rounds = rounds_of(data);
  REQUIRE(rounds.size() == 4);
  CHECK(rounds[1].sim_time_s >= 3 * 8.0 + 0.5);
  CHECK(rounds[1].sim_time_s <= 3 * (8.0 + 1.0) + in_time_s);
  const std::vector<BlockRow> blocks = final_blocks(data);
  CHECK(blocks.at(0).transactions == 1);
  CHECK(blocks.at(1).transactions == 1);
  CHECK(blocks.at(1).proposed_s > 0.1 + cost::reconnection_s + request_s + travel_s(update_bytes(data)));
  CHECK(unaccounted(data) == "");
  CHECK(summary_of(data).updates_included == 6);
}

TEST_CASE("a slow machine takes longer by its factor for as long as it is slow, to the instant") {
  Scenario scenario = slow_training();
  FaultConfig always = of_hospital(fault("slow", 0.0, 0.0), 0);
  FaultConfig meanwhile = of_hospital(fault("slow", 4.0, 3.0), 1);
  always.factor = meanwhile.factor = 0.25;
  scenario.faults = {always, meanwhile};
  const ResultData data = simulate(scenario);
  for (const ActivityRow& row : activities(data, "train", 0))
    CHECK(duration_s(row) == Approx(training_s / 0.25).epsilon(1e-9));
  const std::vector<ActivityRow> other = activities(data, "train", 1);
  CHECK(duration_s(other.at(0)) == Approx(training_s + 3.0 * (1.0 - 0.25)).epsilon(1e-9));
  CHECK(duration_s(other.at(1)) == Approx(training_s).epsilon(1e-9));
}

TEST_CASE("a degraded link takes its factors of latency and bandwidth, and nobody else's link does") {
  Scenario scenario = fast_scenario(2, 1);
  FaultConfig degrade = of_hospital(fault("degrade", 0.0, 0.0), 0);
  degrade.factor = 0.1;
  degrade.latency_factor = 3.0;
  scenario.faults = {degrade};
  const ResultData data = simulate(scenario);
  const double bytes = 197.0 + update_bytes(data);
  const double slow_s = 3 * 0.25 + 0.001 + bytes / (0.1 * uplink_bytes_per_s);
  for (const ActivityRow& row : activities(data, "send", 0)) CHECK(duration_s(row) == Approx(slow_s).epsilon(1e-6));
  for (const ActivityRow& row : activities(data, "send", 1)) {
    CHECK(duration_s(row) == Approx(latency_s + bytes / uplink_bytes_per_s).epsilon(1e-6));
  }
}

// 1 kB/s: after the latency and one second, 1000 bytes have left.
TEST_CASE("a link that is degraded while something travels carries the rest more slowly") {
  Scenario scenario = fast_scenario(1, 1);
  scenario.groups[0].uplink_bytes_per_s.values = {1e3};
  FaultConfig degrade = fault("degrade", latency_s + 1.0, 0.0);
  degrade.institutions = {"hospital"};
  degrade.factor = 0.5;
  scenario.faults = {degrade};
  const ResultData data = simulate(scenario);
  const double rest = 197.0 + update_bytes(data) - 1000.0;
  CHECK(duration_s(activities(data, "send", 0).at(0)) == Approx(latency_s + 1.0 + rest / 500.0).epsilon(1e-4));
}

// Three of four validators go on, each third block by the same: blocks at 10 s, 20 s and, out of turn, after 30 s, the first
// of which the third makes final; the third meets the deadline and is final with the fifth. Validator 3 makes one block of its
// own, which nobody confirms.
TEST_CASE("a partition leaves the minority behind, and when it heals all have one chain and one model") {
  constexpr double healed_s = 150.0;
  Scenario scenario = fast_scenario(4, 4);
  scenario.chains[0].rounds = 6;
  scenario.chains[0].collaboration.min_updates = 3;
  scenario.chains[0].collaboration.deadline_s = 25.0;
  scenario.faults = {of_validators(of_hospital(fault("partition", 0.0, healed_s), 3), {3})};
  const ResultData data = simulate(scenario);
  const std::vector<RoundRow> rounds = rounds_of(data);
  REQUIRE(rounds.size() == 7);
  CHECK(rounds[1].sim_time_s >= 50.0);
  CHECK(rounds[1].sim_time_s <= 5 * (10.0 + 1.5));
  for (const RoundRow& row : rounds) {
    if (row.round > 0 && row.sim_time_s < healed_s) CHECK(row.participants == 3);
  }
  CHECK(rounds.back().participants == 4);
  std::int64_t alone = 0;
  for (const BlockRow& row : rows<BlockRow>(data, "/chains/small/blocks")) {
    if (row.proposer != 3 || row.proposed_s > healed_s) continue;
    CHECK(row.status == "stale");
    ++alone;
  }
  CHECK(alone == 1);
  CHECK(summary_of(data).reversed_blocks == 0);
  CHECK(events(data, "loss of safety").empty());
  CHECK(activities(data, "train", 3).size() >= 2);  // from the first model, and after the healing
  CHECK(unaccounted(data) == "");
  const std::vector<EventRow> rejected = events(data, "rejected update");
  REQUIRE_FALSE(rejected.empty());  // what hospital 3 made of the first model: it comes in a block after the healing
  for (const EventRow& event : rejected) {
    CHECK(event.cause == "round_closed");
    CHECK(event.institution == 3);
  }
}

// Of five validators three and two, and one confirmation: either side makes the block with its own hospital's update final.
// The smaller side can make two blocks and no more, so that its final ones are taken back; what they brought comes again.
TEST_CASE("an update in a final block that a heavier branch reverses is included all the same, once") {
  Scenario scenario = fast_scenario(2, 5);
  scenario.chains[0].consensus.confirmations = 1;
  scenario.faults = {of_validators(of_hospital(fault("partition", 0.0, 100.0), 1), {1, 3})};
  const ResultData data = simulate(scenario);
  CHECK_FALSE(events(data, "final block reversed").empty());
  CHECK(rounds_of(data).size() == 4);
  const ChainSummaryRow summary = summary_of(data);
  CHECK(summary.reversed_blocks >= 1);
  CHECK(summary.updates_published == 6);
  CHECK(summary.updates_included == 6);
  CHECK(unaccounted(data) == "");
  std::int64_t transactions = 0;
  for (const BlockRow& block : final_blocks(data)) transactions += block.transactions;
  CHECK(transactions == 6);
}

TEST_CASE("PBFT loses messages and no round") {
  Scenario scenario = fast_scenario(4, 4);
  scenario.chains[0].consensus.kind = "pbft";
  FaultConfig loss = fault("loss", 0.0, 0.0);
  loss.probability = 0.2;
  scenario.faults = {loss};
  const ResultData data = simulate(scenario);
  REQUIRE(rounds_of(data).size() == 4);
  for (const RoundRow& row : rounds_of(data)) CHECK(row.participants == (row.round > 0 ? 4 : 0));
  CHECK(unaccounted(data) == "");
  CHECK(summary_of(data).updates_included == 12);
}

TEST_CASE("who churns by fixed times is down when these say so") {
  Scenario scenario = fast_scenario(2, 1);
  scenario.chains[0].rounds = 10;
  FaultConfig churn = of_hospital(fault("churn", 0.0, 0.0), 1);
  churn.on_s = 30.0;
  churn.off_s = 10.0;
  churn.distribution = "fixed";
  scenario.faults = {churn};
  const ResultData data = simulate(scenario);
  const std::vector<EventRow> down = events(data, "churn begins"), up = events(data, "churn ends");
  REQUIRE(down.size() >= 2);
  REQUIRE(up.size() >= 2);
  CHECK(down[0].sim_time_s == Approx(30.0));
  CHECK(up[0].sim_time_s == Approx(40.0));
  CHECK(down[1].sim_time_s == Approx(70.0));
  CHECK(up[1].sim_time_s == Approx(80.0));
  CHECK(rounds_of(data).size() == 11);
  CHECK(unaccounted(data) == "");
}

TEST_CASE("every fault's beginning and end is an event on its date, with its cause and what follows") {
  Scenario scenario = fast_scenario(2, 1);
  scenario.chains[0].rounds = 15;  // of 10 s or more
  std::vector<std::string> kinds{"crash", "slow", "degrade", "partition", "loss"};
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    FaultConfig config = fault(kinds[i], 20.0 * static_cast<double>(i + 1), 10.0);
    if (kinds[i] == "loss") config.probability = 0.1;
    scenario.faults.push_back(kinds[i] == "loss" ? config : of_hospital(config, 1));
  }
  const ResultData data = simulate(scenario);
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    const double at_s = 20.0 * static_cast<double>(i + 1);
    for (const auto& [word, date_s] : {std::pair{" begins", at_s}, std::pair{" ends", at_s + 10.0}}) {
      CAPTURE(kinds[i] + word);
      const std::vector<EventRow> found = events(data, kinds[i] + word);
      REQUIRE(found.size() == 1);
      CHECK(found[0].sim_time_s == Approx(date_s));
      CHECK(found[0].cause == "fault");
      CHECK_FALSE(found[0].detail.empty());
      CHECK_FALSE(found[0].consequence.empty());
      CHECK(found[0].institution == (kinds[i] == "loss" ? -1 : 1));
    }
  }
  CHECK(unaccounted(data) == "");
}
