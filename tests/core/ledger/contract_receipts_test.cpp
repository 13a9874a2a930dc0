// Keepers' receipts: an update counts once somebody else is known to hold its payload.
#include "core/ledger/contract_receipts.hpp"

#include <cmath>
#include <utility>

#include "core/ledger/contract.hpp"
#include "tests/core/ledger/contract_update.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

// Each author's one keeper, unless a test says otherwise, is the next member: author + 1 modulo the members.
struct Chain {
  RoundRules rules;
  explicit Chain(std::int32_t members, const std::string& mode = "synchronous") {
    rules.chain = ChainId{0};
    rules.rounds = 3;
    rules.mode = mode;
    rules.keepers = 1;
    for (std::int32_t member = 0; member < members; ++member) rules.members.push_back(InstitutionId{member});
  }
  [[nodiscard]] RoundContract contract() const { return RoundContract(std::make_shared<const RoundRules>(rules)); }
};

Chain with_deadline(Chain chain, double deadline_s) {
  chain.rules.min_updates = 1;
  chain.rules.deadline_s = deadline_s;
  return chain;
}

Transaction statement(TransactionKind kind, std::int32_t author, const Transaction& update) {
  Transaction said;
  said.chain = update.chain;
  said.author = InstitutionId{author};
  said.kind = kind;
  said.round = update.round;
  said.payload = transaction_id(update);
  said.samples = 1;
  return said;
}

Transaction receipt(std::int32_t keeper, const Transaction& update) {
  return statement(TransactionKind::receipt, keeper, update);
}
Transaction vote(std::int32_t scorer, const Transaction& update) {
  return statement(TransactionKind::score, scorer, update);
}

BlockPointer block(double time_s, std::vector<Transaction> transactions) {
  Header header;
  header.time_s = time_s;
  return std::make_shared<const Block>(header, std::move(transactions));
}

std::vector<Rejection> reasons(const RoundContract::Step& step) {
  std::vector<Rejection> found;
  for (const RejectedUpdate& rejected : step.rejected) found.push_back(rejected.verdict.reason);
  return found;
}

std::vector<std::int32_t> authors(const std::vector<Transaction>& transactions) {
  std::vector<std::int32_t> values;
  for (const Transaction& transaction : transactions) values.push_back(transaction.author.value);
  return values;
}

using Reasons = std::vector<Rejection>;
using Authors = std::vector<std::int32_t>;
using Members = std::vector<InstitutionId>;

}  // namespace

TEST_CASE("keepers are the next members in turn, whatever they are called, never the author") {
  RoundRules rules;
  rules.members = {InstitutionId{2}, InstitutionId{5}, InstitutionId{7}, InstitutionId{9}};
  CHECK(keepers_of(rules, InstitutionId{5}).empty());
  rules.keepers = 2;
  CHECK((keepers_of(rules, InstitutionId{2}) == Members{InstitutionId{5}, InstitutionId{7}}));
  CHECK((keepers_of(rules, InstitutionId{7}) == Members{InstitutionId{9}, InstitutionId{2}}));
  rules.keepers = 10;
  CHECK((keepers_of(rules, InstitutionId{9}) == Members{InstitutionId{2}, InstitutionId{5}, InstitutionId{7}}));
}

TEST_CASE("an update counts with the receipt of one keeper, and not before") {
  Chain chain(3);
  chain.rules.keepers = 2;
  RoundContract contract = chain.contract();
  const Transaction a = from(0, 0), b = from(1, 0), c = from(2, 0);
  const RoundContract::Step recorded = contract.apply(block(1.0, {a, b, c, receipt(2, a), receipt(2, b)}));
  CHECK(recorded.closed.empty());
  CHECK(recorded.awaiting_scores.empty());
  REQUIRE(recorded.counted.size() == 2);
  CHECK(recorded.counted[0].id == transaction_id(a));
  CHECK(recorded.counted[1].transaction == b);
  const RoundContract::Step last =
      contract.apply(block(2.0, {receipt(1, a), receipt(1, c)}));  // that of `a` is one too many
  CHECK(last.rejected.empty());
  REQUIRE(last.counted.size() == 1);
  CHECK(last.counted[0].transaction == c);
  REQUIRE(last.closed.size() == 1);
  CHECK((authors(last.closed[0].updates) == Authors{0, 1, 2}));
}

TEST_CASE("without keepers an update counts at once, and nobody has receipts to give") {
  Chain chain(2);
  chain.rules.keepers = 0;
  RoundContract contract = chain.contract();
  const RoundContract::Step step = contract.apply(block(1.0, {from(0, 0), receipt(1, from(0, 0))}));
  CHECK(step.counted.size() == 1);
  CHECK((reasons(step) == Reasons{Rejection::not_a_keeper}));
}

TEST_CASE("a receipt may be on the chain before its update, in a block before or in the same") {
  for (const bool same_block : {false, true}) {
    RoundContract contract = Chain(2).contract();
    const Transaction a = from(0, 0), b = from(1, 0);
    std::vector<Transaction> transactions{receipt(1, a), receipt(1, a), receipt(0, b)};
    if (!same_block) CHECK(contract.apply(block(1.0, std::exchange(transactions, {}))).rejected.empty());
    transactions.insert(transactions.end(), {a, b});
    const RoundContract::Step step = contract.apply(block(2.0, transactions));
    CHECK(step.rejected.empty());
    CHECK(step.counted.size() == 2);
    CHECK(step.closed.size() == 1);
  }
}

TEST_CASE("receipts of others, early ones too, and of what is not there are rejected by name") {
  RoundContract contract = with_deadline(Chain(3), 3.0).contract();
  const Transaction a = from(0, 0), b = from(1, 0);
  const RoundContract::Step first = contract.apply(block(1.0, {a, receipt(2, a), receipt(0, a), receipt(0, b)}));
  CHECK((reasons(first) == Reasons{Rejection::not_a_keeper, Rejection::not_a_keeper}));  // even the author itself
  const RoundContract::Step second = contract.apply(block(2.0, {b, receipt(1, a), receipt(0, from(2, 1))}));
  CHECK((reasons(second) == Reasons{Rejection::not_a_keeper, Rejection::unknown_update}));  // of `b`; of a round to come
  CHECK(second.counted.size() == 1);
  CHECK(contract.apply(block(2.5, {receipt(0, from(2, 0))})).rejected.empty());
  const RoundContract::Step closing = contract.apply(block(3.0, {}));
  REQUIRE(closing.closed.size() == 1);
  CHECK((reasons(closing) ==
         Reasons{Rejection::payload_unavailable, Rejection::unknown_update}));  // `b`; 2's, which never came
}

TEST_CASE("what nobody has vouched for at the deadline does not count, and is said so") {
  RoundContract contract = with_deadline(Chain(3), 2.0).contract();
  const Transaction a = from(0, 0), b = from(1, 0);
  CHECK(contract.apply(block(1.0, {a, b, receipt(1, a)})).closed.empty());
  CHECK(contract.deadline_s() == 2.0);
  const RoundContract::Step step = contract.apply(block(2.0, {}));
  REQUIRE(step.closed.size() == 1);
  CHECK((authors(step.closed[0].updates) == Authors{0}));
  REQUIRE(step.rejected.size() == 1);
  CHECK(step.rejected[0].verdict.reason == Rejection::payload_unavailable);
  CHECK(step.rejected[0].verdict.detail ==
        "update for round 1 while round 2 is open, no keeper has vouched for its payload");
  CHECK(contract.apply(block(3.0, {receipt(2, b), receipt(1, a)})).rejected.empty());  // too late, without effect
  CHECK(contract.round() == 1);
}

// Its receipts make the quorum: with none of them the round stays open past its deadline, and the first one closes it.
TEST_CASE("only updates with a receipt make a quorum") {
  RoundContract contract = with_deadline(Chain(3), 2.0).contract();
  const Transaction a = from(0, 0);
  CHECK(contract.apply(block(1.0, {a, from(1, 0)})).closed.empty());
  CHECK(std::isinf(contract.deadline_s()));
  CHECK(contract.apply(block(4.0, {})).closed.empty());
  CHECK(contract.apply(block(5.0, {receipt(1, a)})).closed.size() == 1);
}

TEST_CASE("with scorers both are needed, the receipt and the majority, in either order") {
  for (const bool receipt_first : {false, true}) {
    Chain chain(1 + 2);
    chain.rules.scorers = {InstitutionId{0}};
    chain.rules.participants = 1;
    chain.rules.cyclic = true;
    RoundContract contract = chain.contract();
    const Transaction a = from(0, 0);
    const RoundContract::Step recorded = contract.apply(block(1.0, {a}));
    CHECK(recorded.awaiting_scores.size() == 1);
    CHECK(contract.apply(block(2.0, {receipt_first ? receipt(1, a) : vote(0, a)})).closed.empty());
    CHECK(contract.apply(block(3.0, {receipt_first ? vote(0, a) : receipt(1, a)})).closed.size() == 1);
  }
}

TEST_CASE("an update that is voted down is refused with a receipt or without one") {
  Chain chain(3);
  chain.rules.scorers = {InstitutionId{0}};
  RoundContract contract = chain.contract();
  const Transaction a = from(0, 0);
  Transaction against = vote(0, a);
  against.samples = 0;
  CHECK((reasons(contract.apply(block(1.0, {a, against}))) == Reasons{Rejection::outvoted}));
  const RoundContract::Step after = contract.apply(block(2.0, {receipt(1, a)}));
  CHECK(after.rejected.empty());
  CHECK(after.counted.empty());
}

TEST_CASE("how far an update had come says votes and receipt") {
  Chain chain = with_deadline(Chain(2), 2.0);
  chain.rules.scorers = {InstitutionId{0}, InstitutionId{1}};
  RoundContract contract = chain.contract();
  const Transaction a = from(0, 0), b = from(1, 0);
  CHECK(contract.apply(block(1.0, {a, b, vote(0, a), vote(1, a), receipt(1, a), vote(0, b)})).closed.empty());
  const RoundContract::Step step = contract.apply(block(2.0, {}));
  REQUIRE(step.rejected.size() == 1);
  CHECK(step.rejected[0].verdict.detail ==
        "update for round 1 while round 2 is open, 1 votes had come, no keeper has vouched for its payload");
}

TEST_CASE("of a split update the receipt names part 0, and waits until all parts are there") {
  RoundContract contract = Chain(2).contract();
  Transaction first = from(0, 0), second = from(0, 0);
  first.parts = second.parts = 2;
  second.part = 1;
  const Transaction b = from(1, 0);
  CHECK(contract.apply(block(1.0, {b, receipt(0, b), first, receipt(1, first)})).closed.empty());
  const RoundContract::Step step = contract.apply(block(2.0, {second}));
  REQUIRE(step.closed.size() == 1);
  CHECK(step.closed[0].updates[0].payload_bytes == 200);
}

// Version 1 comes of institution 0's update, while that of 1 waits for its receipt.
TEST_CASE("asynchronous: versions go on without what has no receipt, which counts when it comes, stale") {
  Chain chain(3, "asynchronous");
  chain.rules.max_staleness = 1;
  RoundContract contract = chain.contract();
  const Transaction a = from(0, 0), b = from(1, 0), c = from(2, 0);
  const RoundContract::Step first = contract.apply(block(1.0, {b, a, receipt(1, a)}));
  REQUIRE(first.closed.size() == 1);
  CHECK((authors(first.closed[0].updates) == Authors{0}));
  CHECK(contract.apply(block(2.0, {receipt(1, a), receipt(0, c)})).rejected.empty());  // of what is decided; early
  const RoundContract::Step second = contract.apply(block(3.0, {receipt(2, b)}));
  REQUIRE(second.closed.size() == 1);
  CHECK((second.closed[0].staleness == std::vector<std::int64_t>{1}));
  CHECK((reasons(second) == Reasons{Rejection::unknown_update}));  // nothing from version 0 can come any more
  CHECK(contract.apply(block(4.0, {receipt(1, a), receipt(0, c)})).rejected.empty());
}

TEST_CASE("asynchronous: an update that gets too stale without a receipt is given up") {
  Chain chain(3, "asynchronous");
  chain.rules.max_staleness = 1;
  RoundContract contract = chain.contract();
  const auto version = [](std::uint32_t round) {
    return std::vector<Transaction>{from(0, round), receipt(1, from(0, round))};
  };
  CHECK(contract.apply(block(1.0, {from(1, 0)})).closed.empty());
  CHECK(contract.apply(block(2.0, version(0))).rejected.empty());
  const RoundContract::Step step = contract.apply(block(3.0, version(1)));
  CHECK((reasons(step) == Reasons{Rejection::payload_unavailable}));
  CHECK(contract.apply(block(4.0, version(2))).rejected.empty());
  CHECK(contract.ended());
  CHECK(contract.apply(block(5.0, {receipt(2, from(1, 2))})).rejected.empty());
}

TEST_CASE("early receipts are kept once each, and given out by update or when their round is over") {
  EarlyReceipts early;
  const Transaction a = from(0, 0), b = from(1, 1);
  for (const std::int32_t keeper : {2, 1, 2}) early.add(receipt(keeper, a));
  early.add(receipt(2, b));
  CHECK((authors(early.take(transaction_id(a))) == Authors{1, 2}));
  CHECK(early.take(transaction_id(a)).empty());
  CHECK(early.take_before(1).empty());
  CHECK((authors(early.take_before(2)) == Authors{2}));
  CHECK(early.take(transaction_id(b)).empty());
}

TEST_CASE("replaying the same blocks gives the same rounds, whatever receipts they hold") {
  Chain chain = with_deadline(Chain(5), 3.0);
  chain.rules.rounds = 20;
  chain.rules.keepers = 2;
  RoundContract contract = chain.contract(), again = chain.contract();
  Random random(Seed(5));
  const auto member = [&] { return static_cast<std::int32_t>(random.below(5)); };
  for (int height = 1; height < 60; ++height) {
    const auto round = static_cast<std::uint32_t>(contract.round());
    std::vector<Transaction> transactions;
    for (std::uint64_t i = random.below(8); i > 0; --i) {
      transactions.push_back(from(member(), round));
      transactions.push_back(receipt(member(), from(member(), round + static_cast<std::uint32_t>(random.below(2)))));
    }
    const BlockPointer next = block(height, transactions);
    const RoundContract::Step left = contract.apply(next), right = again.apply(next);
    CHECK((reasons(left) == reasons(right)));
    REQUIRE(left.closed.size() == right.closed.size());
    for (std::size_t i = 0; i < left.closed.size(); ++i) CHECK((left.closed[i].updates == right.closed[i].updates));
  }
  CHECK(contract.round() == again.round());
  CHECK(contract.round() > 5);
}
