#include "core/ledger/proof_of_authority.hpp"

#include <cmath>
#include <limits>

#include "core/base/error.hpp"
#include "tests/core/ledger/block_network.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::testing;

namespace {

constexpr double never_s = std::numeric_limits<double>::infinity();
constexpr double step_s = 0.5;  // of the delay out of turn, at an interval of 2 s

// One validator of four, a block every 2 s, alone with its ledger.
struct Fixture {
  explicit Fixture(std::int32_t self, const ChainPlan& of = {})
      : plan(of), setup(node_setups(plan).at(static_cast<std::size_t>(self)).consensus) {
    consensus = make_consensus(setup);
  }

  ConsensusView view(double wanted_s = never_s) const { return {ledger, mempool, wanted_s}; }
  double armed_s(double at_s, double wanted_s = never_s) {  // 0: no timer is set
    const Actions actions = consensus->on_work(view(wanted_s), at_s);
    return actions.empty() ? 0.0 : std::get<SetTimer>(actions.at(0)).at_s;
  }
  BlockPointer ring(double at_s, double wanted_s = never_s) {  // null: nothing is signed
    const Actions actions = consensus->on_timer(view(wanted_s), 0, at_s);
    if (actions.empty()) return nullptr;
    REQUIRE(actions.size() == 1);
    BlockPointer block = std::get<Publish>(actions.at(0)).block;
    CHECK(consensus->check(ledger, block->header()).accepted());
    CHECK(ledger.append(block).accepted());
    return block;
  }
  // By `proposer` on the head, at the right time and difficulty.
  BlockPointer append(std::int32_t proposer, std::vector<Transaction> transactions = {}) {
    return append_on(*ledger.head(), proposer, std::move(transactions));
  }
  BlockPointer append_on(const Block& parent, std::int32_t proposer, std::vector<Transaction> transactions = {}) {
    const std::uint64_t height = parent.header().height + 1;
    const bool in_turn = height % static_cast<std::uint64_t>(plan.validators) == static_cast<std::uint64_t>(proposer);
    BlockPointer block = block_on(plan, parent, parent.header().time_s + plan.block_interval_s, proposer,
                                  in_turn ? 2.0 : 1.0, std::move(transactions));
    CHECK(consensus->check(ledger, block->header()).accepted());
    CHECK(ledger.append(block).accepted());
    mempool.absorb(block);
    return block;
  }
  void add_transaction(std::int32_t author) { CHECK(mempool.add(update(plan, author, 0).transaction).accepted()); }

  ChainPlan plan;
  std::shared_ptr<const ChainRules> rules = std::make_shared<const ChainRules>(chain_rules(plan));
  Ledger ledger{rules};
  Mempool mempool{rules};
  ConsensusSetup setup;
  std::unique_ptr<Consensus> consensus;
};

}  // namespace

TEST_CASE("a header is of a validator that may sign, not too early, and as heavy as its turn") {
  Fixture fixture(0);
  fixture.append(1);
  const BlockPointer head = fixture.append(2);  // at 4 s; 1 and 2 signed the last two of four validators' blocks
  const auto reason = [&](double time_s, std::int32_t proposer, double difficulty) {
    Header header;
    header.parent = head->hash();
    header.height = 3;
    header.time_s = time_s;
    header.proposer = NodeId{proposer};
    header.difficulty = difficulty;
    return fixture.consensus->check(fixture.ledger, header).reason;
  };
  CHECK(reason(6.0, 3, 2.0) == Rejection::none);
  CHECK(reason(6.0 - 1e-9, 3, 2.0) == Rejection::none);
  CHECK(reason(100.0, 0, 1.0) == Rejection::none);
  CHECK(reason(6.0, 3, 1.0) == Rejection::wrong_difficulty);
  CHECK(reason(6.0, 0, 2.0) == Rejection::wrong_difficulty);
  CHECK(reason(6.0, 3, std::nan("")) == Rejection::wrong_difficulty);
  CHECK(reason(6.0, 1, 1.0) == Rejection::wrong_turn);
  CHECK(reason(6.0, 2, 1.0) == Rejection::wrong_turn);
  CHECK(reason(6.0, -1, 1.0) == Rejection::wrong_turn);
  CHECK(reason(6.0, 4, 1.0) == Rejection::wrong_turn);
  CHECK(reason(5.9, 3, 2.0) == Rejection::too_early);
  CHECK(reason(std::nan(""), 3, 2.0) == Rejection::too_early);
  CHECK(reason(-never_s, 3, 2.0) == Rejection::too_early);
}

// EIP-225: SIGNER_LIMIT = floor(n / 2) + 1.
TEST_CASE("a validator signs one of any floor(n div 2) plus 1 consecutive blocks") {
  for (const std::int64_t n : {1, 2, 3, 4, 5, 7, 8}) {
    ChainPlan plan;
    plan.validators = n;
    Fixture fixture(0, plan);
    for (std::int64_t height = 1; height <= 2 * n; ++height) fixture.append(static_cast<std::int32_t>(height % n));
    const Block& head = *fixture.ledger.head();
    for (std::int64_t proposer = 0; proposer < n; ++proposer) {
      const bool in_turn = proposer == (2 * n + 1) % n;
      const std::int64_t ago = (2 * n - proposer) % n;  // 0: it signed the head
      const BlockPointer next = block_on(plan, head, 1e3, static_cast<std::int32_t>(proposer), in_turn ? 2.0 : 1.0);
      CHECK(fixture.consensus->check(fixture.ledger, next->header()).accepted() == (ago >= n / 2));
    }
  }
}

TEST_CASE("what the ledger checks is left to the ledger") {
  Fixture fixture(0);
  Header header;
  header.parent.bytes[0] = 1;
  CHECK(fixture.consensus->check(fixture.ledger, header).accepted());
  header.parent = fixture.ledger.head()->hash();
  header.height = 7;
  CHECK(fixture.consensus->check(fixture.ledger, header).accepted());
}

TEST_CASE("in turn a validator signs as soon as there is work, an interval after the parent at the earliest") {
  Fixture fixture(1);
  CHECK(fixture.armed_s(0.0) == 0.0);  // no work, no timer
  fixture.add_transaction(0);
  CHECK(fixture.armed_s(0.5) == 2.0);
  CHECK(fixture.armed_s(0.6) == 0.0);  // once
  fixture.add_transaction(1);
  CHECK(fixture.armed_s(3.5) == 0.0);  // due, has not rung yet, stays
  const BlockPointer late = fixture.ring(3.9);
  REQUIRE(late);
  CHECK(late->header().time_s == 3.9);
  CHECK(late->header().difficulty == 2.0);
  CHECK(late->header().proposer == NodeId{1});
  CHECK(late->transactions().size() == 2);
  Fixture idle(1);
  CHECK(idle.armed_s(50.0) == 0.0);
  idle.add_transaction(0);
  CHECK(idle.armed_s(50.0) == 50.0);
}

TEST_CASE("a date that rounding moved by a nanosecond is kept") {
  Fixture fixture(1);
  fixture.add_transaction(0);
  CHECK(fixture.armed_s(1.0) == 2.0);
  const BlockPointer block = fixture.ring(2.0 - 1e-9);
  REQUIRE(block);
  CHECK(block->header().time_s == 2.0);
}

TEST_CASE("out of turn a validator waits one to floor(n div 2) plus 1 steps longer, by its own seed") {
  double least_s = never_s, most_s = 0.0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    ChainPlan plan;
    plan.seed = seed;
    Fixture fixture(3, plan);
    fixture.add_transaction(0);
    const double delay_s = fixture.armed_s(0.0) - 2.0;
    least_s = std::min(least_s, delay_s);
    most_s = std::max(most_s, delay_s);
    Fixture again(3, plan);
    again.add_transaction(0);
    CHECK(again.armed_s(0.0) == 2.0 + delay_s);
  }
  // Uniform in 0.5 .. 1.5 s: 200 draws all miss a tenth at an end with probability 0.9^200 < 1e-9.
  CHECK(least_s >= step_s);
  CHECK(least_s < step_s + 0.1);
  CHECK(most_s < 3 * step_s);
  CHECK(most_s > 3 * step_s - 0.1);
}

TEST_CASE("the delay is anchored where the work began, and shrinks with the interval") {
  ChainPlan fast;
  fast.block_interval_s = 0.1;
  Fixture fixture(3, fast);
  fixture.add_transaction(0);
  const double sign_s = fixture.armed_s(7.0);
  CHECK(sign_s >= 7.0 + 0.1 / 4.0);
  CHECK(sign_s < 7.0 + 3 * 0.1 / 4.0);
  fixture.add_transaction(1);
  CHECK(fixture.armed_s(7.01) == 0.0);
  const BlockPointer block = fixture.ring(sign_s);
  REQUIRE(block);
  CHECK(block->header().difficulty == 1.0);
  CHECK(block->header().time_s == sign_s);
}

TEST_CASE("another's block takes the turn away, and who signed recently stays silent") {
  Fixture fixture(2);
  fixture.add_transaction(0);
  const double sign_s = fixture.armed_s(0.0);
  fixture.append(1);
  CHECK(fixture.ring(sign_s) == nullptr);
  CHECK(fixture.armed_s(2.1) == 4.0);  // in turn at height 2
  REQUIRE(fixture.ring(4.0));
  fixture.add_transaction(1);
  CHECK(fixture.armed_s(4.0) == 0.0);
  fixture.append(3);
  CHECK(fixture.armed_s(6.1) == 0.0);
  fixture.append(0);
  CHECK(fixture.armed_s(8.1) >= 10.0 + step_s);
}

TEST_CASE("a block that matters is confirmed once by each validator until it is final") {
  Fixture fixture(3);
  const BlockPointer first = fixture.append(1, {update(fixture.plan, 0, 0).transaction});
  CHECK(fixture.armed_s(2.1) >= 4.0 + step_s);  // out of turn at height 2, and wants to confirm
  const BlockPointer second = fixture.append(2);
  CHECK(fixture.consensus->on_appended(fixture.view(), second, 4.1).empty());
  CHECK(fixture.armed_s(4.1) == 6.0);
  const BlockPointer own = fixture.ring(6.0);
  REQUIRE(own);
  CHECK(own->transactions().empty());
  // Validators 2 and 3 stand on validator 1's block: half of four.
  const Actions actions = fixture.consensus->on_appended(fixture.view(), own, 6.0);
  REQUIRE(actions.size() == 1);
  CHECK(std::get<Finalize>(actions.at(0)).block == first->hash());
  CHECK(fixture.armed_s(6.0) == 0.0);  // not final yet, but it has confirmed
  fixture.ledger.finalize(first->hash());
  CHECK(fixture.armed_s(6.0) == 0.0);
}

TEST_CASE("confirmations beyond the default count different signers, on the head's branch alone") {
  ChainPlan plan;
  plan.confirmations = 3;
  Fixture fixture(0, plan);
  const BlockPointer first = fixture.append(1, {update(plan, 0, 0).transaction});
  fixture.append(2);
  fixture.append(3);
  CHECK(fixture.consensus->on_appended(fixture.view(), fixture.append(1), 8.0).empty());   // 1 2 3 1
  CHECK(fixture.consensus->on_appended(fixture.view(), fixture.append(2), 10.0).empty());  // 1 2 3 1 2
  const BlockPointer last = fixture.append(0);
  CHECK(fixture.consensus->on_appended(fixture.view(), fixture.append_on(*first, 3), 12.0).empty());  // a lighter branch
  const Actions actions = fixture.consensus->on_appended(fixture.view(), last, 12.0);
  REQUIRE(actions.size() == 1);
  // 0, 2, 1 lie on the block of 3 at height 3, and below.
  CHECK(fixture.ledger.find(std::get<Finalize>(actions.at(0)).block)->header().height == 3);
}

// Blocks by 3 and 2, both out of turn, make the first one final here. Then a block by 2 in turn, of the same weight and earlier,
// takes their place: on that branch only 2 has confirmed the first block, and others wait for another.
TEST_CASE("a block that is final on a branch that lost is confirmed on the one that won") {
  Fixture fixture(0);
  const BlockPointer first = fixture.append(1, {update(fixture.plan, 0, 0).transaction});
  const BlockPointer last = fixture.append_on(*fixture.append_on(*first, 3), 2);
  const Actions decided = fixture.consensus->on_appended(fixture.view(), last, 6.0);
  REQUIRE(decided.size() == 1);
  CHECK(std::get<Finalize>(decided[0]).block == first->hash());
  fixture.mempool.forget(fixture.ledger.finalize(first->hash()));
  CHECK(fixture.armed_s(6.0) == 0.0);
  const BlockPointer rival = fixture.append_on(*first, 2);
  REQUIRE(fixture.ledger.head() == rival);
  CHECK(fixture.armed_s(7.0) >= rival->header().time_s + fixture.plan.block_interval_s);
}

TEST_CASE("a deadline wants one block at or after it, and that confirmed") {
  Fixture fixture(2);
  CHECK(fixture.armed_s(0.0, 5.0) >= 5.0 + step_s);
  CHECK(fixture.ring(4.0, 5.0) == nullptr);
  fixture.append(1);
  CHECK(fixture.armed_s(2.1, 5.0) == 5.0);  // in turn at height 2
  REQUIRE(fixture.ring(5.0, 5.0));
  CHECK(fixture.armed_s(5.0, 5.0) == 0.0);
  Fixture other(3);
  other.append(1);
  other.append(2);                        // at 4 s
  CHECK(other.armed_s(4.1, 4.0) == 6.0);  // meets the deadline, wants confirmation
  CHECK(other.armed_s(4.1, 1e200) == 0.0);
  Fixture patient(3);
  CHECK(patient.armed_s(0.0, 1e200) == 0.0);
}

TEST_CASE("a deadline that draws nearer, or work before it, brings the date forward") {
  Fixture fixture(1);
  CHECK(fixture.armed_s(0.0, 50.0) == 50.0);
  CHECK(fixture.armed_s(0.0, 60.0) == 0.0);
  CHECK(fixture.armed_s(1.0, 30.0) == 30.0);
  fixture.add_transaction(0);
  CHECK(fixture.armed_s(7.0, 30.0) == 7.0);
}

// The four signers of go-ethereum issue 24705: two branches of equal weight and different length. Those who signed the longer
// one cannot extend it; on the shorter, heavier per block, validator 0 may be the only one left, at a height at which it has
// signed already.
TEST_CASE(
    "a validator whose block lost signs on the branch that won, at the same height too, but never twice on a parent") {
  Fixture fixture(0);
  const BlockPointer common = fixture.append(1);
  const BlockPointer theirs = block_on(fixture.plan, *common, 4.5, 2, 2.0);
  const BlockPointer ours = block_on(fixture.plan, *common, 4.9, 3, 1.0);
  CHECK(fixture.ledger.append(ours).accepted());
  fixture.add_transaction(0);
  const double sign_s = fixture.armed_s(4.9);
  REQUIRE(fixture.ring(sign_s));
  CHECK(fixture.ledger.head()->header().height == 3);
  fixture.add_transaction(1);
  CHECK(fixture.armed_s(sign_s) == 0.0);
  CHECK(fixture.ledger.append(theirs).accepted());
  CHECK(fixture.ledger.head() == theirs);  // as heavy, and earlier
  const double again_s = fixture.armed_s(sign_s);
  CHECK(again_s >= sign_s + 2.0);  // an interval after its own last block
  const BlockPointer again = fixture.ring(again_s);
  REQUIRE(again);
  CHECK(again->header().height == 3);
  CHECK(again->header().parent == theirs->hash());
  CHECK(again->transactions().size() == 2);
}

TEST_CASE("a crash does not make a validator forget what it signed") {
  Fixture fixture(1);
  fixture.add_transaction(0);
  CHECK(fixture.armed_s(0.0) == 2.0);
  const Actions actions = fixture.consensus->on_timer(fixture.view(), 0, 2.0);
  REQUIRE(actions.size() == 1);  // crashes before its ledger has the block
  CHECK(fixture.consensus->on_start(fixture.view(), 9.0).empty());
  CHECK(fixture.armed_s(9.0) == 0.0);
  CHECK(fixture.ring(9.0) == nullptr);
}

// A question and its answer each take up to an interval.
TEST_CASE("a restarted validator catches up for two intervals before it signs") {
  Fixture fixture(1);
  fixture.add_transaction(0);
  CHECK(fixture.armed_s(0.0) == 2.0);
  CHECK(fixture.armed_s(0.0) == 0.0);
  CHECK(fixture.consensus->on_start(fixture.view(), 1.0).empty());
  CHECK(fixture.armed_s(1.0) == 5.0);
  CHECK(fixture.ring(2.0) == nullptr);
  REQUIRE(fixture.ring(5.0));
}

TEST_CASE("setups that cannot work are refused") {
  const auto make = [](std::int64_t validators, double interval_s, std::int64_t confirmations) {
    ConsensusSetup setup;
    setup.validators = validators;
    setup.rules.block_interval_s = interval_s;
    setup.rules.confirmations = confirmations;
    return make_consensus(setup);
  };
  CHECK_THROWS_AS(make(0, 2.0, 0), UsageError);
  CHECK_THROWS_AS(make(4, 0.0, 0), UsageError);
  CHECK_THROWS_AS(make(4, std::nan(""), 0), UsageError);
  CHECK_THROWS_AS(make(4, 2.0, -1), UsageError);
  CHECK_THROWS_WITH_AS(make(4, 2.0, 4), "consensus.confirmations is 4, but 4 validators have 3 others to confirm a block",
                       UsageError);
  CHECK(make(4, 2.0, 3));
  CHECK(make(1, 2.0, 0));
  ConsensusSetup unknown;
  unknown.rules.kind = "proof_of_pudding";
  CHECK_THROWS_AS(make_consensus(unknown), UsageError);
  CHECK(consensus_kinds().at(0).name == "proof_of_authority");
}
