// Members that run the validators score updates and vote on the chain.
#include "sim/scorers.hpp"

#include "tests/sim/recorded.hpp"
#include "tests/sim/small_world.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

Scenario scored(double tolerance) {
  Scenario scenario = fast_scenario(4, 4);
  scenario.chains[0].data.phantom.train_rows = 160;
  scenario.chains[0].training.lr = 0.005;  // an honest step harms nobody
  scenario.chains[0].consensus.kind = "pbft";
  scenario.chains[0].consensus.hosts = "members";
  scenario.chains[0].collaboration.defence = "scoring";
  scenario.chains[0].collaboration.score_tolerance = tolerance;
  return scenario;
}

void check_all_count(const ResultData& data) {
  REQUIRE(rounds_of(data).size() == 4);
  for (const RoundRow& row : rounds_of(data)) CHECK(row.participants == (row.round > 0 ? 4 : 0));
  CHECK(unaccounted(data) == "");
}

}  // namespace

// Reversed and a hundred times as long it adds far more than 0.5 to anybody's loss, an honest step far less.
TEST_CASE("an update that scorers find harmful is outvoted, and the round closes with the others") {
  Scenario scenario = scored(0.5);
  BehaviourConfig behaviour;
  behaviour.kind = "sign_flip";
  behaviour.factor = 100.0;
  behaviour.institutions = {"hospital-3"};
  scenario.behaviours = {behaviour};
  const ResultData data = simulate(scenario);
  REQUIRE(rounds_of(data).size() == 4);
  for (const RoundRow& row : rounds_of(data)) CHECK(row.participants == (row.round > 0 ? 3 : 0));
  const std::vector<EventRow> rejected = events(data, "rejected update");
  REQUIRE(rejected.size() == 3);
  for (const EventRow& event : rejected) {
    CHECK(event.cause == "outvoted");
    CHECK(event.institution == 3);
    CHECK_FALSE(event.consequence.empty());
  }
  CHECK(unaccounted(data) == "");
  CHECK(summary_of(data).updates_included == 12);  // in a final block, if not in a model
}

TEST_CASE("where scorers find nothing harmful, every update counts") { check_all_count(simulate(scored(1e6))); }

// Three votes of four must come through.
TEST_CASE("votes that are lost are given again") {
  Scenario scenario = scored(1e6);
  FaultConfig loss = fault("loss", 0.0, 0.0);
  loss.probability = 0.3;
  scenario.faults = {loss};
  check_all_count(simulate(scenario));
}

// PBFT needs three delays of 0.5 s for the block at 10 s, and the proposal 0.3 s more. Then everybody fetches the two payloads of
// which it has no copy, one after the other, each a second away. Two scorers crash meanwhile; three votes of four are needed.
TEST_CASE("scorers that crash while they score go on with it when they are back") {
  Scenario scenario = scored(1e6);
  scenario.groups[0].uplink_bytes_per_s.values = {1e4};
  scenario.chains[0].consensus.payload = "off_chain";
  scenario.chains[0].consensus.replicas = 1;
  constexpr double down_s = 12.5, back_s = 33.0;
  for (const std::int64_t scorer : {1, 3}) {
    scenario.faults.push_back(of_hospital(fault("crash", down_s, back_s - down_s), scorer));
  }
  const ResultData data = simulate(scenario);
  const BlockRow first = final_blocks(data).at(0);
  CHECK(first.transactions == 4);
  CHECK(first.final_s < down_s);
  CHECK(first.final_s + 1.0 + update_bytes(data) / 1e4 > down_s);
  CHECK(rounds_of(data).at(1).sim_time_s > back_s);
  CHECK(events(data, "payload unavailable").empty());
  check_all_count(data);
}

// Whoever has the payloads of the two that are down is down too: nobody has three votes until they are back.
TEST_CASE("a scorer that reaches no holder of a payload asks again, and votes when one is back") {
  Scenario scenario = scored(1e6);
  scenario.groups[0].uplink_bytes_per_s.values = {1e4};
  scenario.network.patience_s = 300.0;
  scenario.chains[0].consensus.payload = "off_chain";
  for (const std::int64_t author : {1, 2}) scenario.faults.push_back(of_hospital(fault("crash", 13.0, 20.0), author));
  const ResultData data = simulate(scenario);
  CHECK_FALSE(events(data, "payload unavailable").empty());
  check_all_count(data);
}
