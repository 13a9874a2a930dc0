// What honest validators of IBFT 2.0 believe: justified proposals, and certificates of finality.
#include "core/ledger/pbft_validity.hpp"

#include "core/ledger/pbft_final_chain.hpp"
#include "core/ledger/proposing.hpp"
#include "tests/core/ledger/chain_plan.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::pbft;
using namespace polyclinic::testing;

namespace {

constexpr std::int64_t n = 4;

// A chain of four validators before its first block, whose proposers are 1, 2, 3, 0 in rounds 0 to 3.
struct Fixture {
  [[nodiscard]] BlockPointer block(std::uint64_t round, double time_s = 2.0) const {
    return block_on(*ledger.head(), round, time_s);
  }
  [[nodiscard]] BlockPointer block_on(const Block& parent, std::uint64_t round, double time_s) const {
    const NodeId owner = proposer(parent.header().height + 1, round, n);
    return make_block(ledger.rules(), parent, owner, round, time_s, {}, validator_keys(owner));
  }
  [[nodiscard]] static ValidatorSet set(std::initializer_list<std::int32_t> nodes) {
    ValidatorSet voters(n);
    for (const std::int32_t node : nodes) voters.insert(NodeId{node});
    return voters;
  }
  [[nodiscard]] static RoundChangePointer change(std::int32_t sender, std::uint64_t round) {
    return std::make_shared<const RoundChange>(NodeId{sender}, 1, round, std::nullopt);
  }
  [[nodiscard]] static RoundChangePointer change(std::int32_t sender, std::uint64_t round, std::uint64_t prepared_round,
                                                 BlockPointer prepared, ValidatorSet voters = set({0, 1, 2})) {
    return std::make_shared<const RoundChange>(NodeId{sender}, 1, round,
                                               PreparedCertificate{prepared_round, std::move(prepared), std::move(voters)});
  }
  [[nodiscard]] bool justified(std::uint64_t round, const BlockPointer& proposed,
                               std::vector<RoundChangePointer> changes) const {
    return is_justified(Proposal(1, round, proposed, std::move(changes)), *ledger.head(), n);
  }

  ChainPlan plan;
  Ledger ledger{std::make_shared<const ChainRules>(chain_rules(plan))};
};

}  // namespace

TEST_CASE("in round 0 a proposal needs no justification, but a block of its round") {
  const Fixture fixture;
  CHECK(fixture.justified(0, fixture.block(0), {}));
  CHECK_FALSE(fixture.justified(0, fixture.block(1), {}));
}

TEST_CASE("above round 0 a quorum of different validators must have changed to the very round") {
  const Fixture fixture;
  const auto change = [](std::int32_t sender, std::uint64_t round) { return Fixture::change(sender, round); };
  const BlockPointer block = fixture.block(2);
  CHECK(fixture.justified(2, block, {change(0, 2), change(1, 2), change(3, 2)}));
  CHECK_FALSE(fixture.justified(2, block, {}));
  CHECK_FALSE(fixture.justified(2, block, {change(0, 2), change(1, 2)}));
  CHECK_FALSE(fixture.justified(2, block, {change(0, 2), change(1, 2), change(1, 2)}));
  CHECK_FALSE(fixture.justified(2, block, {change(0, 2), change(1, 2), change(3, 3)}));
  CHECK_FALSE(fixture.justified(2, fixture.block(1), {change(0, 2), change(1, 2), change(3, 2)}));
}

TEST_CASE("the block prepared in the highest round must be proposed again") {
  const Fixture fixture;
  const BlockPointer older = fixture.block(0), newer = fixture.block(1), own = fixture.block(3);
  const std::vector<RoundChangePointer> changes = {Fixture::change(0, 3, 0, older), Fixture::change(1, 3, 1, newer),
                                                   Fixture::change(2, 3)};
  CHECK(highest_prepared(changes)->block == newer);
  CHECK(fixture.justified(3, newer, changes));
  CHECK_FALSE(fixture.justified(3, older, changes));
  CHECK_FALSE(fixture.justified(3, own, changes));
  CHECK(fixture.justified(3, own, {Fixture::change(0, 3), Fixture::change(1, 3), Fixture::change(2, 3)}));
  CHECK(highest_prepared({Fixture::change(0, 3)}) == nullptr);
}

TEST_CASE("certificates of too few, of no earlier round or of another parent are not believed") {
  const Fixture fixture;
  const BlockPointer block = fixture.block(0);
  const auto plausible = [&](const RoundChangePointer& change) { return is_plausible(*change, *fixture.ledger.head(), n); };
  CHECK(plausible(Fixture::change(0, 1)));
  CHECK_FALSE(plausible(Fixture::change(0, 0)));
  CHECK(plausible(Fixture::change(0, 1, 0, block)));
  CHECK_FALSE(plausible(Fixture::change(0, 1, 1, block)));
  CHECK_FALSE(plausible(Fixture::change(0, 1, 0, block, Fixture::set({0, 1}))));
  CHECK_FALSE(plausible(Fixture::change(0, 1, 0, nullptr)));
  CHECK_FALSE(plausible(Fixture::change(0, 1, 0, fixture.block_on(*block, 0, 4.0))));
}

TEST_CASE("votes go to valid blocks of those whose turn it is") {
  const Fixture fixture;
  const auto reason = [&](std::int32_t from, std::uint64_t round, const BlockPointer& block, double at_s = 5.0) {
    return check_proposal(fixture.ledger, NodeId{from}, Proposal(1, round, block, {}), n, 2.0, at_s).reason;
  };
  CHECK(reason(1, 0, fixture.block(0)) == Rejection::none);
  CHECK(reason(2, 0, fixture.block(0)) == Rejection::wrong_turn);
  CHECK(reason(2, 1, fixture.block(1)) == Rejection::wrong_turn);       // unjustified
  CHECK(reason(1, 0, fixture.block(0, 1.9)) == Rejection::wrong_turn);  // too early
  CHECK(reason(1, 0, fixture.block(0, 5.1)) == Rejection::wrong_turn);  // from the future
  CHECK(reason(1, 0, fixture.block_on(*fixture.block(0), 3, 4.0)) == Rejection::unknown_parent);
  const BlockPointer good = fixture.block(0);
  Header header = good->header();
  header.signature[0] ^= 1;
  CHECK(reason(1, 0, std::make_shared<const Block>(header, std::vector<Transaction>{})) ==
        Rejection::wrong_block_signature);
}

TEST_CASE("a quorum of commits proves a block final, and with the headers between its ancestors") {
  const Fixture fixture;
  const BlockPointer first = fixture.block(0);
  const BlockPointer second = fixture.block_on(*first, 0, 4.0);
  const BlockPointer third = fixture.block_on(*second, 0, 6.0);
  FinalChain chain;
  for (const BlockPointer& block : {first, second, third}) chain.add(*block);
  CHECK(chain.proof(first->hash()) == nullptr);
  chain.prove(3, std::make_shared<const CommitCertificate>(3, 0, third->hash(), Fixture::set({0, 1, 3})));
  const auto direct = chain.proof(third->hash());
  REQUIRE(direct);
  CHECK(direct->bytes() == 4 + 8 + 8 + 32 + 3 * 64);
  CHECK(direct->signatures() == 3);
  CHECK(direct->covers(third->header()));
  CHECK_FALSE(direct->covers(second->header()));
  const auto descent = chain.proof(first->hash());
  REQUIRE(descent);
  CHECK(descent->bytes() == direct->bytes() + 2 * header_bytes);
  CHECK(descent->covers(first->header()));
  CHECK_FALSE(descent->covers(third->header()));
  CHECK_FALSE(descent->covers(fixture.block(1)->header()));
  CHECK(chain.proof(fixture.block(1)->hash()) == nullptr);

  ConsensusSetup setup;
  setup.validators = n;
  setup.rules.kind = "pbft";
  const std::unique_ptr<Consensus> judge = make_consensus(setup);
  CHECK(judge->proves_finality(*descent, first->header()));
  CHECK_FALSE(judge->proves_finality(*descent, second->header()));
  CHECK_FALSE(judge->proves_finality(CommitCertificate(1, 0, first->hash(), Fixture::set({0, 1})), first->header()));
  CHECK_FALSE(judge->proves_finality(Status(3), first->header()));
}
