// Runs with members and validators that are not honest.
#include <algorithm>
#include <cmath>

#include "tests/sim/recorded.hpp"
#include "tests/sim/small_world.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

// PBFT among four, of whom the last is hostile: one fewer than a third of them.
Scenario with_hostile_validator(const std::string& kind, std::int64_t hospitals) {
  Scenario scenario = fast_scenario(hospitals, 4);
  scenario.chains[0].rounds = 6;  // heights enough for everybody's turn
  scenario.chains[0].consensus.kind = "pbft";
  BehaviourConfig behaviour;
  behaviour.kind = kind;
  behaviour.validators = {3};
  scenario.behaviours = {behaviour};
  return scenario;
}

void check_all_rounds(const ResultData& data, std::int64_t participants) {
  const std::vector<RoundRow> rounds = rounds_of(data);
  CHECK(rounds.size() == 7);
  for (const RoundRow& row : rounds) CHECK(row.participants == (row.round > 0 ? participants : 0));
  CHECK(events(data, "loss of safety").empty());
  CHECK(unaccounted(data) == "");
  CHECK(summary_of(data).updates_included == 6 * participants);
}

}  // namespace

TEST_CASE("a validator that withholds costs PBFT round changes, and no round") {
  const ResultData data = simulate(with_hostile_validator("withhold", 3));
  check_all_rounds(data, 3);
  CHECK_FALSE(events(data, "round_change").empty());
  for (const BlockRow& block : final_blocks(data)) CHECK(block.proposer != 3);
}

TEST_CASE("a validator that equivocates is found out, and PBFT agrees all the same") {
  const ResultData data = simulate(with_hostile_validator("equivocate", 3));
  check_all_rounds(data, 3);
  const std::vector<EventRow> found = events(data, "equivocation");
  REQUIRE_FALSE(found.empty());
  for (const EventRow& event : found) {
    CHECK(event.detail.find("validator 3") != std::string::npos);
    CHECK_FALSE(event.consequence.empty());
  }
}

TEST_CASE("a member whose validator withholds turns to another one") {
  check_all_rounds(simulate(with_hostile_validator("withhold", 4)), 4);
}

TEST_CASE("a round with a free rider has the training loss of those who train") {
  Scenario scenario = fast_scenario(3, 1);
  BehaviourConfig behaviour;
  behaviour.kind = "free_rider";
  behaviour.institutions = {"hospital-1"};
  scenario.behaviours = {behaviour};
  const ResultData data = simulate(scenario);
  for (const RoundRow& row : rounds_of(data)) {
    if (row.round == 0) continue;
    CHECK(row.participants == 3);
    double losses = 0.0;  // of equally many samples
    for (const MemberRow& member : rows<MemberRow>(data, "/chains/small/members")) {
      if (member.round == row.round && member.institution != 1) losses += member.train_loss;
    }
    CHECK(row.train_loss == doctest::Approx(losses / 2.0).epsilon(1e-9));
  }
}
