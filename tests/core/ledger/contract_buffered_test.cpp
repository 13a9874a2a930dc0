#include "core/ledger/contract.hpp"

#include <cmath>

#include "core/base/error.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

RoundRules rules_of(const std::string& mode, std::int32_t members, std::int64_t versions) {
  RoundRules rules;
  rules.chain = ChainId{0};
  for (std::int32_t member = 0; member < members; ++member) rules.members.push_back(InstitutionId{member});
  rules.rounds = versions;
  rules.mode = mode;
  return rules;
}

RoundContract contract_of(const RoundRules& rules) { return RoundContract(std::make_shared<const RoundRules>(rules)); }

// An update by `author` from `version`.
Transaction from(std::int32_t author, std::uint32_t version, std::uint32_t nonce = 0) {
  Transaction update;
  update.chain = ChainId{0};
  update.author = InstitutionId{author};
  update.round = version;
  update.nonce = nonce;
  update.payload_bytes = 100;
  update.payload.bytes[0] = static_cast<std::uint8_t>(author);
  return update;
}

// A block whose number is its time in seconds; the contract looks at time and transactions alone.
BlockPointer block(double time_s, std::vector<Transaction> transactions) {
  Header header;
  header.time_s = time_s;
  return std::make_shared<const Block>(header, std::move(transactions));
}

std::vector<std::int32_t> authors(const ClosedRound& closed) {
  std::vector<std::int32_t> values;
  for (const Transaction& transaction : closed.updates) values.push_back(transaction.author.value);
  return values;
}

using Ages = std::vector<std::int64_t>;
using Authors = std::vector<std::int32_t>;

}  // namespace

TEST_CASE("asynchronous: each update makes a version, several in one block") {
  RoundContract contract = contract_of(rules_of("asynchronous", 3, 4));
  const RoundContract::Step first = contract.apply(block(1.0, {from(2, 0), from(0, 0), from(1, 0)}));
  REQUIRE(first.closed.size() == 3);
  CHECK((authors(first.closed[0]) == Authors{2}));
  CHECK((authors(first.closed[2]) == Authors{1}));
  CHECK((first.closed[0].staleness == Ages{0}));
  CHECK((first.closed[1].staleness == Ages{1}));
  CHECK((first.closed[2].staleness == Ages{2}));
  CHECK(first.closed[0].opened_s == 0.0);
  CHECK(first.closed[1].opened_s == 1.0);
  CHECK(contract.round() == 3);
  CHECK(contract.expected().size() == 3);
  const RoundContract::Step last = contract.apply(block(2.0, {from(0, 3), from(1, 3)}));
  REQUIRE(last.closed.size() == 1);
  CHECK(contract.ended());
  CHECK(contract.expected().empty());
  REQUIRE(last.rejected.size() == 1);
  CHECK(last.rejected[0].verdict.reason == Rejection::round_closed);
}

TEST_CASE("buffered: a version with every K updates, listed by author, version and nonce, with their ages") {
  RoundRules rules = rules_of("buffered", 3, 5);
  rules.buffer = 3;
  RoundContract contract = contract_of(rules);
  CHECK(contract.apply(block(1.0, {from(2, 0), from(0, 0)})).closed.empty());
  CHECK(contract.apply(block(2.0, {from(0, 0, 1)})).closed.size() == 1);
  CHECK(contract.round() == 1);
  const RoundContract::Step step = contract.apply(block(3.0, {from(1, 1), from(2, 1), from(1, 0), from(0, 1)}));
  REQUIRE(step.closed.size() == 1);
  CHECK((authors(step.closed[0]) == Authors{1, 1, 2}));
  CHECK((step.closed[0].staleness == Ages{1, 0, 0}));
  CHECK(contract.apply(block(4.0, {from(1, 2), from(2, 2)})).closed.size() == 1);  // with the fourth of the block before
  CHECK(std::isinf(contract.deadline_s()));
  CHECK(std::isinf(contract.due_s()));
}

TEST_CASE("versions refuse what is too old, not there yet, known, or of a stranger") {
  RoundRules rules = rules_of("asynchronous", 2, 10);
  rules.max_staleness = 1;
  RoundContract contract = contract_of(rules);
  CHECK(contract.apply(block(1.0, {from(0, 0), from(0, 1)})).closed.size() == 2);
  const RoundContract::Step step =
      contract.apply(block(2.0, {from(1, 0), from(1, 1), from(1, 1), from(1, 4), from(7, 3), from(0, 2)}));
  CHECK(step.closed.size() == 2);  // the second and the last
  REQUIRE(step.rejected.size() == 4);
  CHECK(step.rejected[0].verdict.reason == Rejection::too_stale);
  CHECK(step.rejected[0].verdict.detail == "update from version 0, 2 behind, where 1 are allowed");
  CHECK(step.rejected[1].verdict.reason == Rejection::too_stale);  // the repeated one: version 3 is open by then
  CHECK(step.rejected[2].verdict.reason == Rejection::round_closed);
  CHECK(step.rejected[3].verdict.reason == Rejection::not_a_participant);
}

TEST_CASE("an author's updates of one version are told apart by their nonce") {
  RoundContract contract = contract_of(rules_of("asynchronous", 2, 10));
  CHECK(contract.apply(block(1.0, {from(0, 0), from(0, 0, 1)})).closed.size() == 2);
  const RoundContract::Step step = contract.apply(block(2.0, {from(0, 0), from(0, 0, 1), from(0, 0, 2)}));
  CHECK(step.closed.size() == 1);
  REQUIRE(step.rejected.size() == 2);
  CHECK(step.rejected[0].verdict.reason == Rejection::second_update_of_round);
}

TEST_CASE("a buffer of all members at once is a synchronous round") {
  RoundRules rules = rules_of("buffered", 3, 2);
  rules.buffer = 3;
  RoundContract buffered = contract_of(rules);
  RoundContract synchronous = contract_of(rules_of("synchronous", 3, 2));
  for (std::uint32_t round = 0; round < 2; ++round) {
    const BlockPointer next = block(1.0 + round, {from(1, round), from(2, round), from(0, round)});
    const RoundContract::Step left = buffered.apply(next), right = synchronous.apply(next);
    REQUIRE(left.closed.size() == 1);
    REQUIRE(right.closed.size() == 1);
    CHECK((left.closed[0].updates == right.closed[0].updates));
    CHECK((left.closed[0].staleness == right.closed[0].staleness));
    CHECK(left.closed[0].round == right.closed[0].round);
  }
}

TEST_CASE("gossip closes rounds as synchronous does, an unknown mode is refused") {
  RoundRules rules = rules_of("gossip", 2, 1);
  rules.min_updates = 1;
  rules.deadline_s = 3.0;
  RoundContract contract = contract_of(rules);
  CHECK(contract.due_s() == 3.0);
  CHECK(std::isinf(contract.deadline_s()));
  CHECK(contract.apply(block(1.0, {from(1, 0)})).closed.empty());
  CHECK(contract.deadline_s() == 3.0);
  CHECK(contract.apply(block(4.0, {})).closed.size() == 1);
  CHECK_THROWS_AS(contract_of(rules_of("sometimes", 2, 1)), UsageError);
  RoundRules empty = rules_of("buffered", 2, 1);
  empty.buffer = 0;
  CHECK_THROWS_AS(contract_of(empty), Error);
}

TEST_CASE("replaying the same blocks gives the same versions") {
  RoundRules rules = rules_of("buffered", 4, 50);
  rules.buffer = 2;
  rules.max_staleness = 3;
  Random random(Seed(5));
  RoundContract contract = contract_of(rules), again = contract_of(rules);
  for (int height = 1; height < 60; ++height) {
    std::vector<Transaction> transactions;
    for (std::uint64_t i = random.below(4); i > 0; --i) {
      transactions.push_back(from(static_cast<std::int32_t>(random.below(4)), static_cast<std::uint32_t>(random.below(12)),
                                  static_cast<std::uint32_t>(random.below(3))));
    }
    const BlockPointer next = block(height, transactions);
    const RoundContract::Step left = contract.apply(next), right = again.apply(next);
    REQUIRE(left.closed.size() == right.closed.size());
    CHECK(left.rejected.size() == right.rejected.size());
    for (std::size_t i = 0; i < left.closed.size(); ++i) {
      CHECK((left.closed[i].updates == right.closed[i].updates));
      CHECK(left.closed[i].updates.size() == 2);
      for (const std::int64_t age : left.closed[i].staleness) CHECK((age >= 0 && age <= 3));
    }
  }
  CHECK(contract.round() == again.round());
}
