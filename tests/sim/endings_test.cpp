// Runs that end badly: what they fail with, and what their file holds all the same.
#include "core/record/reader.hpp"
#include "sim/cost_model.hpp"
#include "tests/sim/recorded.hpp"
#include "tests/sim/small_world.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;
using doctest::Approx;

namespace {

// Three validators, of whom two crash for good after 25 s; proof of authority needs two to go on.
Scenario without_quorum() {
  Scenario scenario = fast_scenario(2, 3);
  scenario.network.patience_s = 200.0;
  scenario.faults = {of_validators(fault("crash", 25.0, 0.0), {1, 2})};
  return scenario;
}

bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

void check_is_incomplete(const Outcome& outcome) {
  CHECK(number_or(outcome.data, "/", "complete", -1) == 0);
  CHECK_FALSE(rows<BlockRow>(outcome.data, "/chains/small/blocks").empty());
  CHECK(rows<ChainSummaryRow>(outcome.data, "/chains/small/summary").size() == 1);
}

}  // namespace

// Blocks at 10 s and 20 s, the second of which makes the first final: one round is done. The survivor may add one of its own.
TEST_CASE("a chain whose quorum is gone for ever stalls: the run says so and leaves what it has") {
  const Outcome outcome = outcome_of(without_quorum());
  CHECK(says(outcome.failure, "chain small has stalled"));
  CHECK(says(outcome.failure, "round 2 of 3 is open"));
  const std::vector<EventRow> stalled = events(outcome.data, "stalled");
  REQUIRE(stalled.size() == 1);
  CHECK(stalled[0].sim_time_s >= 25.0 + 200.0);
  CHECK(stalled[0].consequence == "the run ends");
  CHECK(rounds_of(outcome.data).size() == 2);
  check_is_incomplete(outcome);
  CHECK(unaccounted(outcome.data) == "");
  CHECK(summary_of(outcome.data).updates_included >= 2);
}

TEST_CASE("a chain without learning stalls likewise") {
  Scenario scenario = without_quorum();
  scenario.chains[0].load = {.blocks = 20, .block_bytes = 500.0};
  const Outcome outcome = outcome_of(scenario);
  CHECK(says(outcome.failure, "chain small has stalled"));
  CHECK(says(outcome.failure, "of 20"));
  CHECK(events(outcome.data, "stalled").size() == 1);
  check_is_incomplete(outcome);
  CHECK(summary_of(outcome.data).final_blocks == 2);  // the survivor signs the third, and cannot go on
}

TEST_CASE("what comes back in time does not stall") {
  Scenario scenario = without_quorum();
  scenario.faults[0].for_s = 1000.0;
  const Outcome outcome = outcome_of(scenario);
  CHECK(outcome.failure == "");
  CHECK(number_or(outcome.data, "/", "complete", -1) == 1);
  CHECK(rounds_of(outcome.data).size() == 4);
  CHECK(unaccounted(outcome.data) == "");
}

// Six blocks of 100 s until something is final, and no more patience than 200 s.
TEST_CASE("slow finality is no stalling") {
  Scenario scenario = fast_scenario(1, 6);
  scenario.network.patience_s = 200.0;
  scenario.chains[0].rounds = 2;
  scenario.chains[0].consensus.block_interval_s = 100.0;
  scenario.chains[0].consensus.confirmations = 5;
  const Outcome outcome = outcome_of(scenario);
  CHECK(outcome.failure == "");
  CHECK(rounds_of(outcome.data).size() == 3);
}

// Two and two validators, either half with a hospital, and one confirmation: each half closes the first round with its own
// hospital's update.
TEST_CASE("where two halves of a chain close a round with different updates, safety is lost and the run says so") {
  Scenario scenario = fast_scenario(2, 4);
  scenario.chains[0].consensus.confirmations = 1;
  scenario.chains[0].collaboration.min_updates = 1;
  scenario.chains[0].collaboration.deadline_s = 5.0;
  scenario.faults = {of_validators(of_hospital(fault("partition", 0.0, 500.0), 1), {1, 3})};
  const Outcome outcome = outcome_of(scenario);
  CHECK(says(outcome.failure, "chain small: safety is lost"));
  CHECK(says(outcome.failure, "round 1"));
  CHECK_FALSE(events(outcome.data, "loss of safety").empty());
  CHECK(rounds_of(outcome.data).size() == 2);
  check_is_incomplete(outcome);
  const ChainSummaryRow summary = summary_of(outcome.data);
  CHECK(summary.updates_published == summary.updates_included + summary.updates_expired);
}
