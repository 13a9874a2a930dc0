// One validator of IBFT 2.0, alone with its ledger: what it says to what it hears, and what it still knows after a crash.
#include "core/ledger/pbft_agreement.hpp"

#include <algorithm>
#include <limits>

#include "core/ledger/proposing.hpp"
#include "tests/core/ledger/chain_plan.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::pbft;
using namespace polyclinic::testing;

namespace {

// Validator 0 of four, whose turn is round 3 of height 1; 1, 2 and 3 propose in rounds 0, 1 and 2.
struct Fixture {
  Fixture() {
    setup.self = NodeId{0};
    setup.validators = 4;
    setup.keys = validator_keys(setup.self);
    setup.rules.kind = "pbft";
    setup.rules.timeout_s = 1.0;
    consensus = make_consensus(setup);
    start(0.0);
  }

  [[nodiscard]] ConsensusView view() const { return {ledger, mempool, std::numeric_limits<double>::infinity()}; }
  Actions carry_out(Actions actions, double at_s) {  // and what follows from it at once
    for (const Action& action : actions) {
      if (const auto* append = std::get_if<Append>(&action)) {
        CHECK(ledger.append(append->block).accepted());
        CHECK(consensus->on_appended(view(), append->block, at_s).empty());
      }
      if (const auto* finalize = std::get_if<Finalize>(&action)) ledger.finalize(finalize->block);
    }
    Actions more = consensus->on_work(view(), at_s);
    std::ranges::move(more, std::back_inserter(actions));
    return actions;
  }
  Actions start(double at_s) { return carry_out(consensus->on_start(view(), at_s), at_s); }
  Actions hear(std::int32_t from, const ConsensusMessage& message, double at_s) {
    return carry_out(consensus->on_message(view(), NodeId{from}, message, at_s), at_s);
  }
  Actions end_round(double at_s) { return carry_out(consensus->on_timer(view(), round_timer, at_s), at_s); }
  [[nodiscard]] BlockPointer block(std::uint64_t round, double time_s) const {
    const NodeId owner = proposer(1, round, 4);
    return make_block(ledger.rules(), *ledger.finalized(), owner, round, time_s, {}, validator_keys(owner));
  }

  ChainPlan plan;
  Ledger ledger{std::make_shared<const ChainRules>(chain_rules(plan))};
  Mempool mempool{std::make_shared<const ChainRules>(chain_rules(plan))};
  ConsensusSetup setup;
  std::unique_ptr<Consensus> consensus;
};

template <class Kind>
std::vector<std::shared_ptr<const Kind>> said(const Actions& actions) {
  std::vector<std::shared_ptr<const Kind>> found;
  for (const Action& action : actions) {
    const auto* broadcast = std::get_if<Broadcast>(&action);
    const auto* send = std::get_if<Send>(&action);
    const ConsensusMessagePointer message = broadcast ? broadcast->message : send ? send->message : nullptr;
    if (auto kind = std::dynamic_pointer_cast<const Kind>(message)) found.push_back(std::move(kind));
  }
  return found;
}

template <class Kind>
std::int64_t count(const Actions& actions) {
  return std::ranges::count_if(actions, [](const Action& action) { return std::holds_alternative<Kind>(action); });
}

}  // namespace

TEST_CASE("a proposal is prepared, a quorum of prepares committed, a quorum of commits final") {
  Fixture fixture;
  const BlockPointer block = fixture.block(0, 2.0);
  Actions actions = fixture.hear(1, Proposal(1, 0, block, {}), 2.1);
  REQUIRE(said<Vote>(actions).size() == 1);
  CHECK(said<Vote>(actions).front()->phase == Phase::prepare);
  CHECK(said<Vote>(actions).front()->block == block->hash());
  CHECK(said<Vote>(fixture.hear(1, Vote(Phase::prepare, 1, 0, block->hash()), 2.2)).empty());  // stands behind it already
  actions = fixture.hear(2, Vote(Phase::prepare, 1, 0, block->hash()), 2.2);
  REQUIRE(said<Vote>(actions).size() == 1);
  CHECK(said<Vote>(actions).front()->phase == Phase::commit);
  CHECK(count<Finalize>(fixture.hear(3, Vote(Phase::commit, 1, 0, block->hash()), 2.3)) == 0);
  CHECK(count<Finalize>(fixture.hear(3, Vote(Phase::commit, 1, 0, block->hash()), 2.3)) == 0);  // counts once
  CHECK(count<Finalize>(fixture.hear(2, Vote(Phase::commit, 1, 0, block->hash()), 2.3)) == 1);
  CHECK(fixture.ledger.finalized()->hash() == block->hash());
  CHECK(fixture.hear(1, Vote(Phase::commit, 1, 0, block->hash()), 2.3).empty());
  const ConsensusMessagePointer proof = fixture.consensus->finality_proof(block->hash());
  REQUIRE(proof);
  CHECK(fixture.consensus->proves_finality(*proof, block->header()));
}

TEST_CASE("commits that overtake their proposal wait for it, whatever its round") {
  Fixture fixture;
  const BlockPointer block = fixture.block(0, 2.0);
  for (const std::int32_t from : {1, 2, 3}) {
    CHECK(count<Finalize>(fixture.hear(from, Vote(Phase::commit, 1, 0, block->hash()), 2.1)) == 0);
  }
  CHECK(said<RoundChange>(fixture.end_round(3.1)).size() == 1);
  CHECK(count<Finalize>(fixture.hear(1, Proposal(1, 0, block, {}), 3.2)) == 1);
}

TEST_CASE("nobody prepares twice in a round, not even after a crash") {
  for (const bool crashes : {false, true}) {
    Fixture fixture;
    CHECK(said<Vote>(fixture.hear(1, Proposal(1, 0, fixture.block(0, 2.0), {}), 2.1)).size() == 1);
    if (crashes) fixture.start(2.15);
    const Actions actions = fixture.hear(1, Proposal(1, 0, fixture.block(0, 2.05), {}), 2.2);
    CHECK(said<Vote>(actions).empty());
    CHECK(count<Notice>(actions) == 1);
  }
}

TEST_CASE("a prepared block goes along to later rounds, through a crash too") {
  for (const bool crashes : {false, true}) {
    Fixture fixture;
    const BlockPointer block = fixture.block(0, 2.0);
    fixture.hear(1, Proposal(1, 0, block, {}), 2.1);
    fixture.hear(3, Vote(Phase::prepare, 1, 0, block->hash()), 2.2);
    if (crashes) fixture.start(2.3);
    const auto changes = said<RoundChange>(fixture.end_round(3.5));
    REQUIRE(changes.size() == 1);
    CHECK(changes.front()->round == 1);
    REQUIRE(changes.front()->prepared);
    CHECK(changes.front()->prepared->round == 0);
    CHECK(changes.front()->prepared->block->hash() == block->hash());
    CHECK(changes.front()->prepared->voters.size() == 3);
  }
}

TEST_CASE("a round that was left is not voted in again, through a crash too") {
  Fixture fixture;
  fixture.hear(2, Vote(Phase::prepare, 1, 0, Digest{}), 2.0);  // something is going on
  CHECK(said<RoundChange>(fixture.end_round(3.0)).size() == 1);
  const auto again = said<RoundChange>(fixture.start(3.1));
  REQUIRE(again.size() == 1);
  CHECK(again.front()->round == 1);
  CHECK(said<Vote>(fixture.hear(1, Proposal(1, 0, fixture.block(0, 2.0), {}), 3.2)).empty());
}

TEST_CASE("one faulty validator cannot push the others into a higher round, two can") {
  Fixture fixture;
  CHECK(said<RoundChange>(fixture.hear(1, RoundChange(NodeId{1}, 1, 9, std::nullopt), 2.0)).empty());
  CHECK(said<RoundChange>(fixture.hear(1, RoundChange(NodeId{2}, 1, 9, std::nullopt), 2.0)).empty());  // forged
  const auto changes = said<RoundChange>(fixture.hear(2, RoundChange(NodeId{2}, 1, 3, std::nullopt), 2.0));
  REQUIRE(changes.size() == 1);
  CHECK(changes.front()->round == 3);
}

TEST_CASE("the proposer of a new round waits for a quorum of round changes, and shows them") {
  Fixture fixture;
  const BlockPointer prepared = fixture.block(1, 2.0);
  ValidatorSet voters(4);
  for (const std::int32_t node : {1, 2, 3}) voters.insert(NodeId{node});
  CHECK(said<Proposal>(fixture.hear(1, RoundChange(NodeId{1}, 1, 3, std::nullopt), 5.0)).empty());
  const Actions actions =
      fixture.hear(2, RoundChange(NodeId{2}, 1, 3, PreparedCertificate{1, prepared, voters}), 5.0);  // and its own
  const auto proposals = said<Proposal>(actions);
  REQUIRE(proposals.size() == 1);
  CHECK(proposals.front()->round == 3);
  CHECK(proposals.front()->block->hash() == prepared->hash());
  CHECK(proposals.front()->justification.size() == 3);
  // A signature each, and the three votes of the certificate; the block once.
  CHECK(proposals.front()->signatures() == 1 + 3 + 3);
  CHECK(proposals.front()->bytes() == 84 + prepared->bytes() + 3 * 89 + 3 * 116);
}

TEST_CASE("floods of made-up rounds, blocks and heights are bounded and harmless") {
  Fixture fixture;
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    Digest digest;
    digest.bytes[0] = static_cast<std::uint8_t>(i);
    digest.bytes[1] = static_cast<std::uint8_t>(i >> 8U);
    const Actions actions = fixture.hear(1, Vote(Phase::commit, 1 + i % 2, i * i, digest), 2.0);
    CHECK(said<Vote>(actions).empty());
    CHECK(count<Finalize>(actions) == 0);
  }
  const BlockPointer block = fixture.block(0, 2.0);
  fixture.hear(1, Proposal(1, 0, block, {}), 2.1);
  fixture.hear(2, Vote(Phase::prepare, 1, 0, block->hash()), 2.2);
  fixture.hear(2, Vote(Phase::commit, 1, 0, block->hash()), 2.3);
  CHECK(count<Finalize>(fixture.hear(3, Vote(Phase::commit, 1, 0, block->hash()), 2.3)) == 1);
}
