// Votes on updates, and updates in parts.
#include "core/ledger/contract.hpp"

#include "tests/core/ledger/contract_update.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

struct Chain {
  RoundRules rules;
  explicit Chain(std::int32_t members, std::int32_t scorers, const std::string& mode = "synchronous") {
    rules.chain = ChainId{0};
    rules.rounds = 3;
    rules.mode = mode;
    for (std::int32_t member = 0; member < members; ++member) rules.members.push_back(InstitutionId{member});
    for (std::int32_t scorer = 0; scorer < scorers; ++scorer) rules.scorers.push_back(InstitutionId{scorer});
  }
  [[nodiscard]] RoundContract contract() const { return RoundContract(std::make_shared<const RoundRules>(rules)); }
};

Transaction part(Transaction update, std::uint16_t index, std::uint16_t parts, std::uint64_t bytes) {
  update.part = index;
  update.parts = parts;
  update.payload_bytes = bytes;
  return update;
}

Transaction vote(std::int32_t scorer, const Transaction& update, bool in_favour) {
  Transaction score;
  score.chain = update.chain;
  score.author = InstitutionId{scorer};
  score.kind = TransactionKind::score;
  score.round = update.round;
  score.payload = transaction_id(update);
  score.samples = in_favour ? 1 : 0;
  return score;
}

BlockPointer block(double time_s, std::vector<Transaction> transactions) {
  Header header;
  header.time_s = time_s;
  return std::make_shared<const Block>(header, std::move(transactions));
}

}  // namespace

TEST_CASE("an update counts with more than half of the scorers for it, and not before") {
  RoundContract contract = Chain(1, 4).contract();
  const Transaction update = from(0, 0);
  const RoundContract::Step recorded = contract.apply(block(1.0, {update}));
  REQUIRE(recorded.awaiting_scores.size() == 1);
  CHECK(recorded.awaiting_scores[0].id == transaction_id(update));
  CHECK(recorded.closed.empty());
  CHECK(contract.apply(block(2.0, {vote(0, update, true), vote(1, update, true)})).closed.empty());  // 2 of 4 is no majority
  const RoundContract::Step third = contract.apply(block(3.0, {vote(3, update, true)}));
  REQUIRE(third.closed.size() == 1);
  CHECK(third.closed[0].updates.size() == 1);
  CHECK(third.awaiting_scores.empty());
}

// Of 4 scorers, 2 against leave at most 2 for it: no majority any more. Of 3, 2 are needed.
TEST_CASE("an update is outvoted as soon as a majority is out of reach, and its round closes without it") {
  RoundContract contract = Chain(2, 4).contract();
  const Transaction good = from(0, 0), bad = from(1, 0);
  CHECK(contract.apply(block(1.0, {good, bad, vote(0, bad, false)})).rejected.empty());
  const RoundContract::Step step = contract.apply(block(2.0, {vote(1, bad, false)}));
  REQUIRE(step.rejected.size() == 1);
  CHECK(step.rejected[0].verdict.reason == Rejection::outvoted);
  CHECK(step.rejected[0].transaction.author == InstitutionId{1});
  CHECK(step.closed.empty());
  const RoundContract::Step last =
      contract.apply(block(3.0, {vote(0, good, true), vote(1, good, true), vote(2, good, true), vote(2, bad, true)}));
  REQUIRE(last.closed.size() == 1);
  REQUIRE(last.closed[0].updates.size() == 1);
  CHECK(last.closed[0].updates[0].author == InstitutionId{0});
  CHECK(last.rejected.empty());
}

TEST_CASE("when all of a round is outvoted, it closes empty and the next one opens") {
  RoundContract contract = Chain(1, 1).contract();
  const RoundContract::Step step = contract.apply(block(1.0, {from(0, 0), vote(0, from(0, 0), false)}));
  REQUIRE(step.closed.size() == 1);
  CHECK(step.closed[0].updates.empty());
  CHECK(contract.round() == 1);
  CHECK(contract.apply(block(2.0, {from(0, 1), vote(0, from(0, 1), true)})).closed[0].updates.size() == 1);
}

TEST_CASE("votes that are none are rejected by name, late ones have no effect") {
  RoundContract contract = Chain(3, 3).contract();
  const Transaction update = from(0, 0);
  const RoundContract::Step step =
      contract.apply(block(1.0, {update, vote(5, update, true), vote(0, from(1, 0), true), vote(0, update, true),
                                 vote(0, update, true), vote(1, update, true), vote(2, update, false)}));
  REQUIRE(step.rejected.size() == 3);
  CHECK(step.rejected[0].verdict.reason == Rejection::not_a_scorer);
  CHECK(step.rejected[1].verdict.reason == Rejection::unknown_update);
  CHECK(step.rejected[2].verdict.reason == Rejection::second_score);
  const Transaction b = from(1, 0), c = from(2, 0);
  CHECK(contract.apply(block(2.0, {b, c, vote(0, b, true), vote(1, b, true), vote(0, c, true), vote(1, c, true)})).closed.size() ==
        1);
  CHECK(contract.apply(block(3.0, {vote(2, b, true)})).rejected.empty());
  RoundContract without = Chain(2, 0).contract();
  CHECK(without.apply(block(1.0, {vote(0, update, true)})).rejected[0].verdict.reason == Rejection::not_a_scorer);
}

TEST_CASE("what is undecided at the deadline does not count and is said so") {
  Chain chain(2, 3);
  chain.rules.min_updates = 1;
  chain.rules.deadline_s = 2.0;
  RoundContract contract = chain.contract();
  const Transaction a = from(0, 0), b = from(1, 0);
  CHECK(contract.apply(block(1.0, {a, b, vote(0, a, true), vote(1, a, true), vote(0, b, true)})).closed.empty());
  const RoundContract::Step step = contract.apply(block(2.0, {}));
  REQUIRE(step.closed.size() == 1);
  CHECK(step.closed[0].updates.size() == 1);
  REQUIRE(step.rejected.size() == 1);
  CHECK(step.rejected[0].verdict.reason == Rejection::round_closed);
  CHECK(step.rejected[0].verdict.detail == "update for round 1 while round 2 is open, 1 votes had come");
}

TEST_CASE("asynchronous votes outlast versions, until their update is too old") {
  Chain chain(2, 1, "asynchronous");
  chain.rules.max_staleness = 1;
  RoundContract contract = chain.contract();
  const Transaction slow = from(1, 0);
  CHECK(contract.apply(block(1.0, {slow, from(0, 0), vote(0, from(0, 0), true)})).closed.size() == 1);
  RoundContract in_time = chain.contract();
  static_cast<void>(in_time.apply(block(1.0, {slow, from(0, 0), vote(0, from(0, 0), true)})));
  const RoundContract::Step counted = in_time.apply(block(2.0, {vote(0, slow, true)}));
  REQUIRE(counted.closed.size() == 1);
  CHECK((counted.closed[0].staleness == std::vector<std::int64_t>{1}));
  const RoundContract::Step late = contract.apply(block(2.0, {from(0, 1), vote(0, from(0, 1), true)}));
  REQUIRE(late.rejected.size() == 1);
  CHECK(late.rejected[0].verdict.reason == Rejection::too_stale);
  CHECK(late.rejected[0].transaction.author == InstitutionId{1});
}

TEST_CASE("an update in parts counts once they are all there, in whatever order, as one of their total size") {
  RoundContract contract = Chain(1, 0).contract();
  const Transaction update = from(0, 0);
  CHECK(contract.apply(block(1.0, {part(update, 2, 3, 30), part(update, 0, 3, 100)})).closed.empty());
  const RoundContract::Step step = contract.apply(block(2.0, {part(update, 1, 3, 100)}));
  REQUIRE(step.closed.size() == 1);
  REQUIRE(step.closed[0].updates.size() == 1);
  CHECK(step.closed[0].updates[0].payload_bytes == 230);
  CHECK(step.closed[0].updates[0].part == 0);
  CHECK(step.closed[0].updates[0].parts == 3);
}

TEST_CASE("parts that do not fit are rejected and change nothing") {
  RoundContract contract = Chain(1, 0).contract();
  const Transaction update = from(0, 0);
  Transaction other = part(update, 1, 2, 50);
  other.payload.bytes[1] = 1;
  const RoundContract::Step step = contract.apply(block(1.0, {part(update, 0, 2, 50), part(update, 0, 2, 50), other,
                                                             part(update, 1, 3, 50), part(update, 2, 2, 50),
                                                             part(update, 0, 0, 50)}));
  REQUIRE(step.rejected.size() == 5);
  for (std::size_t i = 0; i < 3; ++i) CHECK(step.rejected[i].verdict.reason == Rejection::second_update_of_round);
  CHECK(step.rejected[3].verdict.reason == Rejection::malformed_part);
  CHECK(step.rejected[4].verdict.reason == Rejection::malformed_part);
  CHECK(contract.apply(block(2.0, {part(update, 1, 2, 50)})).closed.size() == 1);
}

TEST_CASE("an incomplete update is given up with its round, and a vote names part 0") {
  Chain chain(2, 1);
  chain.rules.min_updates = 1;
  chain.rules.deadline_s = 2.0;
  RoundContract contract = chain.contract();
  const Transaction first = part(from(0, 0), 0, 2, 60), second = part(from(0, 0), 1, 2, 40);
  const RoundContract::Step recorded = contract.apply(block(1.0, {second, part(from(1, 0), 0, 2, 10), first}));
  REQUIRE(recorded.awaiting_scores.size() == 1);
  CHECK(recorded.awaiting_scores[0].id == transaction_id(first));
  CHECK(recorded.awaiting_scores[0].transaction.payload_bytes == 100);
  const RoundContract::Step step = contract.apply(block(2.0, {vote(0, first, true)}));
  REQUIRE(step.closed.size() == 1);
  REQUIRE(step.rejected.size() == 1);
  CHECK(step.rejected[0].verdict.detail == "update for round 1 while round 2 is open, 1 of 2 parts had come");
}
