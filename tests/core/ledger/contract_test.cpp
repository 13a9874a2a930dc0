#include "core/ledger/contract.hpp"

#include <cmath>
#include <set>

#include "tests/core/ledger/chain_network.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::testing;

namespace {

RoundRules rules_of(std::int32_t members, std::int64_t rounds) {
  ChainPlan plan;
  plan.members = members;
  RoundRules rules = round_rules(plan);
  rules.rounds = rounds;
  return rules;
}

RoundContract contract_of(const RoundRules& rules) { return RoundContract(std::make_shared<const RoundRules>(rules)); }

// A block at 2 s times `slot`; the contract looks at its time and transactions alone.
BlockPointer block(std::int64_t slot, std::initializer_list<std::pair<std::int32_t, std::uint32_t>> updates) {
  std::vector<Transaction> transactions;
  for (const auto& [author, round] : updates) transactions.push_back(update({}, author, round).transaction);
  return seal({}, *genesis(ChainId{0}), slot, std::move(transactions));
}

std::vector<std::int32_t> authors(const ClosedRound& closed) {
  std::vector<std::int32_t> values;
  for (const Transaction& transaction : closed.updates) values.push_back(transaction.author.value);
  return values;
}

}  // namespace

TEST_CASE("a round closes with its last participant and lists updates by author") {
  RoundContract contract = contract_of(rules_of(3, 2));
  CHECK(contract.apply(block(1, {{2, 0}, {0, 0}})).closed.empty());
  const BlockPointer last = block(2, {{1, 0}});
  const RoundContract::Step step = contract.apply(last);
  REQUIRE(step.closed.size() == 1);
  CHECK(step.closed[0].round == 0);
  CHECK(step.closed[0].opened_s == 0.0);
  CHECK(step.closed[0].closed_by == last);
  CHECK((authors(step.closed[0]) == std::vector<std::int32_t>{0, 1, 2}));
  CHECK(contract.round() == 1);
  const RoundContract::Step next = contract.apply(block(5, {{0, 1}, {1, 1}, {2, 1}}));
  REQUIRE(next.closed.size() == 1);
  CHECK(next.closed[0].opened_s == 4.0);
  CHECK(contract.ended());
  CHECK(std::isinf(contract.deadline_s()));
}

TEST_CASE("what does not belong to the round is rejected by name, and changes nothing") {
  RoundRules rules = rules_of(4, 2);
  rules.participants = 2;
  RoundContract contract = contract_of(rules);
  const std::vector<InstitutionId> chosen = participants(rules, 0);
  std::int32_t outsider = 0;
  while (InstitutionId{outsider} == chosen[0] || InstitutionId{outsider} == chosen[1]) ++outsider;
  const std::int32_t insider = chosen[0].value;
  const RoundContract::Step step = contract.apply(block(1, {{outsider, 0}, {insider, 1}, {insider, 0}, {insider, 0}}));
  REQUIRE(step.rejected.size() == 3);
  CHECK(step.rejected[0].verdict.reason == Rejection::not_a_participant);
  CHECK(step.rejected[1].verdict.reason == Rejection::round_closed);
  CHECK(step.rejected[2].verdict.reason == Rejection::second_update_of_round);
  CHECK(contract.apply(block(2, {{chosen[1].value, 0}})).closed.size() == 1);
  const RoundContract::Step late = contract.apply(block(3, {{insider, 0}}));
  REQUIRE(late.rejected.size() == 1);
  CHECK(late.rejected[0].verdict.reason == Rejection::round_closed);
  CHECK(late.rejected[0].verdict.detail == "update for round 1 while round 2 is open");
}

TEST_CASE("with a quorum, the first block at or after the deadline closes the round") {
  RoundRules rules = rules_of(3, 2);
  rules.min_updates = 2;
  rules.deadline_s = 6.0;
  RoundContract contract = contract_of(rules);
  CHECK(contract.apply(block(1, {{0, 0}})).closed.empty());
  CHECK(std::isinf(contract.deadline_s()));
  CHECK(contract.apply(block(2, {{1, 0}})).closed.empty());
  CHECK(contract.deadline_s() == 6.0);
  const RoundContract::Step step = contract.apply(block(3, {}));
  REQUIRE(step.closed.size() == 1);
  CHECK((authors(step.closed[0]) == std::vector<std::int32_t>{0, 1}));
  // The second round opens at 6 s and has its quorum only after its deadline of 12 s: that block closes it.
  CHECK(contract.apply(block(4, {{0, 1}})).closed.empty());
  CHECK(contract.apply(block(7, {})).closed.empty());
  CHECK(contract.apply(block(8, {{1, 1}})).closed.size() == 1);
}

TEST_CASE("an update in the very block that meets the deadline counts") {
  RoundRules rules = rules_of(3, 1);
  rules.min_updates = 1;
  rules.deadline_s = 2.0;
  RoundContract contract = contract_of(rules);
  const RoundContract::Step step = contract.apply(block(1, {{2, 0}, {1, 0}}));
  REQUIRE(step.closed.size() == 1);
  CHECK((authors(step.closed[0]) == std::vector<std::int32_t>{1, 2}));
}

TEST_CASE("a deadline without a quorum of its own waits for everybody") {
  RoundRules rules = rules_of(2, 1);
  rules.deadline_s = 2.0;
  RoundContract contract = contract_of(rules);
  CHECK(contract.apply(block(5, {{0, 0}})).closed.empty());
  CHECK(std::isinf(contract.deadline_s()));
  CHECK(contract.apply(block(6, {{1, 0}})).closed.size() == 1);
}

TEST_CASE("participants are drawn without replacement, by seed and round, and sorted") {
  RoundRules rules = rules_of(20, 50);
  rules.participants = 5;
  std::set<InstitutionId> seen;
  for (std::int64_t round = 0; round < 50; ++round) {
    const std::vector<InstitutionId> chosen = participants(rules, round);
    CHECK(chosen.size() == 5);
    CHECK(std::set(chosen.begin(), chosen.end()).size() == 5);
    CHECK(std::ranges::is_sorted(chosen));
    CHECK((chosen == participants(rules, round)));
    seen.insert(chosen.begin(), chosen.end());
  }
  CHECK(seen.size() == 20);  // P(one is never drawn in 50 rounds) = 20 * 0.75^50 < 2e-5
  RoundRules other = rules;
  other.seed = Seed(1);
  CHECK((participants(rules, 0) != participants(other, 0)));
}

TEST_CASE("participants at the limits: all, more than all, one after another, none") {
  RoundRules rules = rules_of(3, 5);
  CHECK((participants(rules, 4) == rules.members));
  rules.participants = 7;
  CHECK((participants(rules, 4) == rules.members));
  rules.cyclic = true;
  CHECK((participants(rules, 4) == std::vector{InstitutionId{1}}));
  CHECK_THROWS_AS(contract_of(rules_of(0, 1)), Error);
  CHECK(contract_of(rules_of(0, 0)).ended());
}
