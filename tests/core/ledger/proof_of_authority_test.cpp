#include "core/ledger/proof_of_authority.hpp"

#include <cmath>
#include <limits>

#include "core/base/error.hpp"
#include "tests/core/ledger/chain_network.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::testing;

namespace {

constexpr double never_s = std::numeric_limits<double>::infinity();

// One validator of four, a block every 2 s, alone with its ledger.
struct Fixture {
  explicit Fixture(std::int32_t self) {
    setup.self = NodeId{self};
    setup.validators = 4;
    setup.keys = validator_keys(setup.self);
    consensus = make_consensus(setup);
  }

  ConsensusView view(double wanted_s = never_s) const { return {ledger, mempool, wanted_s}; }
  double armed_s(double at_s, double wanted_s = never_s) {  // 0: no timer is set
    const Actions actions = consensus->on_work(view(wanted_s), at_s);
    return actions.empty() ? 0.0 : std::get<SetTimer>(actions.at(0)).at_s;
  }
  BlockPointer ring(double at_s, double wanted_s = never_s) {  // null: nothing is sealed
    const Actions actions = consensus->on_timer(view(wanted_s), 0, at_s);
    if (actions.empty()) return nullptr;
    CHECK(actions.size() == 4);  // one block to itself, and one message to each of the three others
    BlockPointer block = std::get<Append>(actions.at(0)).block;
    CHECK(ledger.append(block).accepted());
    return block;
  }
  BlockPointer append(std::int64_t slot, std::vector<Transaction> transactions = {}) {
    BlockPointer block = seal(plan, *ledger.head(), slot, std::move(transactions));
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

TEST_CASE("a header is in turn at the beginning of its validator's slot only") {
  const Fixture fixture(0);
  const auto reason = [&](double time_s, std::int32_t proposer) {
    Header header;
    header.time_s = time_s;
    header.proposer = NodeId{proposer};
    return fixture.consensus->check(fixture.ledger, header).reason;
  };
  CHECK(reason(2.0, 1) == Rejection::none);
  CHECK(reason(8.0, 0) == Rejection::none);
  CHECK(reason(8.0 + 1e-9, 0) == Rejection::none);
  CHECK(reason(8.0, 1) == Rejection::wrong_turn);
  CHECK(reason(8.1, 0) == Rejection::wrong_turn);
  CHECK(reason(0.0, 0) == Rejection::wrong_turn);
  CHECK(reason(-8.0, 0) == Rejection::wrong_turn);
  CHECK(reason(std::nan(""), 0) == Rejection::wrong_turn);
  CHECK(reason(never_s, 0) == Rejection::wrong_turn);
  CHECK(reason(1e300, 0) == Rejection::wrong_turn);
}

TEST_CASE("without work nothing is armed, with work, one's own next slot, once") {
  Fixture fixture(3);
  CHECK(fixture.armed_s(0.0) == 0.0);
  fixture.add_transaction(0);
  CHECK(fixture.armed_s(0.5) == 6.0);
  CHECK(fixture.armed_s(0.6) == 0.0);
  fixture.add_transaction(1);
  CHECK(fixture.armed_s(6.0) == 0.0);
  const BlockPointer block = fixture.ring(6.0);
  REQUIRE(block);
  CHECK(block->header().time_s == 6.0);
  CHECK(block->header().proposer == NodeId{3});
  CHECK(block->transactions().size() == 2);
}

TEST_CASE("one block a slot: what comes later in it waits for the next turn") {
  Fixture fixture(1);
  fixture.add_transaction(0);
  CHECK(fixture.armed_s(0.0) == 2.0);
  REQUIRE(fixture.ring(2.0));
  fixture.add_transaction(1);
  CHECK(fixture.armed_s(2.0) == 10.0);
  CHECK(fixture.ring(2.0) == nullptr);
}

TEST_CASE("a busy validator still seals within its slot, and not after it") {
  Fixture fixture(1);
  fixture.add_transaction(0);
  CHECK(fixture.armed_s(1.0) == 2.0);
  CHECK(fixture.armed_s(3.5) == 0.0);  // the timer is due and stays
  const BlockPointer late = fixture.ring(3.9);
  REQUIRE(late);
  CHECK(late->header().time_s == 2.0);
  fixture.add_transaction(1);
  CHECK(fixture.armed_s(4.0) == 10.0);
  CHECK(fixture.armed_s(12.1) == 18.0);
  CHECK(fixture.ring(12.1) == nullptr);
  CHECK(fixture.armed_s(12.1) == 18.0);
}

TEST_CASE("a date that rounding moved by a nanosecond is still the slot's beginning") {
  Fixture fixture(1);
  fixture.add_transaction(0);
  CHECK(fixture.armed_s(2.0 + 1e-9) == doctest::Approx(2.0));
  REQUIRE(fixture.ring(2.0 - 1e-9));
}

TEST_CASE("a block that matters is confirmed once by each validator until it is final") {
  Fixture fixture(3);
  const BlockPointer first = fixture.append(1, {update(fixture.plan, 0, 0).transaction});
  CHECK(fixture.armed_s(2.1) == 6.0);
  const BlockPointer second = fixture.append(2);
  CHECK(fixture.consensus->on_appended(fixture.view(), second, 4.1).empty());
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

TEST_CASE("validators count once, and a proposer does not confirm itself") {
  Fixture fixture(0);
  fixture.append(1, {update(fixture.plan, 0, 0).transaction});
  const BlockPointer other = fixture.append(2);
  CHECK(fixture.consensus->on_appended(fixture.view(), fixture.append(5), 10.0).empty());   // 1 2 1
  CHECK(fixture.consensus->on_appended(fixture.view(), fixture.append(6), 12.0).empty());   // 1 2 1 2
  const Actions actions = fixture.consensus->on_appended(fixture.view(), fixture.append(7), 14.0);  // 1 2 1 2 3
  REQUIRE(actions.size() == 1);
  CHECK(fixture.ledger.find(std::get<Finalize>(actions.at(0)).block)->header().time_s == 10.0);
  CHECK(fixture.ledger.find(other->hash())->header().height == 2);
}

TEST_CASE("a deadline wants one block at or after it, and that confirmed") {
  Fixture fixture(2);
  CHECK(fixture.armed_s(0.0, 5.0) == 12.0);  // slots 2, 6: 4 s is before the deadline
  CHECK(fixture.ring(4.0, 5.0) == nullptr);
  CHECK(fixture.armed_s(4.0, 5.0) == 12.0);
  fixture.append(3);  // 6 s, by validator 3
  CHECK(fixture.armed_s(12.0, 5.0) == 0.0);
  REQUIRE(fixture.ring(12.0, 5.0));
  CHECK(fixture.armed_s(12.0, 5.0) == 0.0);
  CHECK(fixture.armed_s(0.0, 1e200) == 0.0);
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
  CHECK_THROWS_WITH_AS(make(4, 2.0, 4),
                       "consensus.confirmations is 4, but 4 validators have 3 others to confirm a block", UsageError);
  CHECK(make(4, 2.0, 3));
  CHECK(make(1, 2.0, 0));
  ConsensusSetup unknown;
  unknown.rules.kind = "proof_of_pudding";
  CHECK_THROWS_WITH_AS(make_consensus(unknown),
                       "consensus.kind is \"proof_of_pudding\", allowed: proof_of_authority", UsageError);
  REQUIRE(consensus_kinds().size() == 1);
  CHECK(consensus_kinds().at(0).name == "proof_of_authority");
}
