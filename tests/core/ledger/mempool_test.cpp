#include "core/ledger/mempool.hpp"

#include "tests/core/ledger/chain_network.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::testing;

namespace {

struct Fixture {
  explicit Fixture(const ChainPlan& chain_plan)
      : plan(chain_plan), rules(std::make_shared<const ChainRules>(chain_rules(plan))), ledger(rules), mempool(rules) {}

  Verdict add(std::int32_t author, std::uint32_t round = 0) {
    return mempool.add(update(plan, author, round).transaction);
  }
  std::size_t selected() const { return mempool.select(ledger, ledger.head()->hash()).size(); }
  bool has_work() const { return mempool.has_work(ledger, ledger.head()->hash()); }
  BlockPointer append(std::int64_t slot) {
    BlockPointer block = seal(plan, *ledger.head(), slot, mempool.select(ledger, ledger.head()->hash()));
    CHECK(ledger.append(block).accepted());
    return block;
  }

  ChainPlan plan;
  std::shared_ptr<const ChainRules> rules;
  Ledger ledger;
  Mempool mempool;
};

}  // namespace

TEST_CASE("only what a block could hold is taken, and once") {
  Fixture fixture({});
  CHECK(fixture.add(0).accepted());
  CHECK(fixture.add(0).reason == Rejection::replayed_transaction);
  CHECK(fixture.add(3).reason == Rejection::unknown_author);
  Transaction forged = update(fixture.plan, 1, 0).transaction;
  forged.samples *= 100;
  CHECK(fixture.mempool.add(forged).reason == Rejection::wrong_transaction_signature);
  Transaction borrowed = sign(forged, member_keys(InstitutionId{2}));
  CHECK(fixture.mempool.add(borrowed).reason == Rejection::wrong_transaction_signature);
  CHECK(fixture.selected() == 1);
}

TEST_CASE("a payload that no block can hold is refused with the numbers") {
  ChainPlan plan;
  plan.payload_bytes = 700;
  plan.max_block_bytes = 180 + 197 + 700;
  CHECK(Fixture(plan).add(0).accepted());
  plan.max_block_bytes -= 1;
  const Verdict verdict = Fixture(plan).add(0);
  CHECK(verdict.reason == Rejection::block_too_large);
  CHECK(verdict.detail == "a block with its payload of 700 bytes alone needs 377 bytes more, max_block_bytes is 1076");
  Transaction absurd = update(plan, 0, 0).transaction;
  absurd.payload_bytes = ~std::uint64_t{0};
  CHECK(Fixture(plan).mempool.add(sign(absurd, member_keys(InstitutionId{0}))).reason == Rejection::block_too_large);
  plan.payload_on_chain = false;
  CHECK(Fixture(plan).add(0).accepted());
}

TEST_CASE("a block takes the oldest that fit, the rest waits") {
  ChainPlan plan;
  plan.members = 5;
  plan.max_block_bytes = 180 + 2 * (197 + 100);
  Fixture fixture(plan);
  for (const std::int32_t author : {4, 0, 3, 1, 2}) CHECK(fixture.add(author).accepted());
  CHECK(fixture.append(1)->transactions().at(0).author == InstitutionId{4});
  CHECK(fixture.append(2)->transactions().at(1).author == InstitutionId{1});
  CHECK(fixture.append(3)->transactions().size() == 1);
  CHECK_FALSE(fixture.has_work());
  CHECK(fixture.selected() == 0);
}

// A transaction of 197 bytes with 100 bytes of payload needs 21000 + 16 * 297 gas.
TEST_CASE("a block takes the oldest for which it has gas, what alone needs too much is refused") {
  ChainPlan plan;
  plan.members = 5;
  const std::uint64_t each = 21'000 + 16 * 297;
  plan.max_block_gas = 3 * each - 1;
  Fixture fixture(plan);
  for (const std::int32_t author : {4, 0, 3, 1, 2}) CHECK(fixture.add(author).accepted());
  CHECK(fixture.append(1)->transactions().size() == 2);
  CHECK(fixture.append(2)->transactions().at(0).author == InstitutionId{3});
  CHECK(fixture.append(3)->transactions().size() == 1);
  CHECK_FALSE(fixture.has_work());
  plan.max_block_gas = each;
  CHECK(Fixture(plan).add(0).accepted());
  plan.max_block_gas = each - 1;
  const Verdict verdict = Fixture(plan).add(0);
  CHECK(verdict.reason == Rejection::block_out_of_gas);
  CHECK(verdict.detail == "alone it needs 25752 gas, max_block_gas is 25751");
}

TEST_CASE("whatever waits, no block goes beyond its gas or its size, and all of it gets into some block") {
  Random random(Seed(3));
  for (int trial = 0; trial < 20; ++trial) {
    ChainPlan plan;
    plan.members = 12;
    plan.max_block_gas = 60'000 + random.below(100'000);
    plan.max_block_bytes = 1'500 + random.below(3'000);
    Fixture fixture(plan);
    for (std::int32_t author = 0; author < plan.members; ++author) {
      ChainPlan sized = plan;
      sized.payload_bytes = 12 + random.below(1'000);
      CHECK(fixture.mempool.add(update(sized, author, 0).transaction).accepted());
    }
    std::size_t included = 0;
    for (std::int64_t slot = 1; fixture.has_work(); ++slot) {
      const BlockPointer block = fixture.append(slot);  // which the ledger accepts
      std::uint64_t used = 0;
      for (const Transaction& transaction : block->transactions()) used += gas(transaction, *fixture.rules);
      CHECK(used <= plan.max_block_gas);
      CHECK(block->bytes() <= plan.max_block_bytes);
      REQUIRE_FALSE(block->transactions().empty());
      included += block->transactions().size();
    }
    CHECK(included == 12);
  }
}

TEST_CASE("a transaction of a lost block is proposed again, one of a final block never") {
  Fixture fixture({});
  CHECK(fixture.add(0).accepted());
  const BlockPointer block = fixture.append(1);
  CHECK_FALSE(fixture.has_work());
  CHECK(fixture.mempool.has_work(fixture.ledger, genesis(ChainId{0})->hash()));
  CHECK(fixture.mempool.select(fixture.ledger, genesis(ChainId{0})->hash()).size() == 1);
  fixture.mempool.forget(fixture.ledger.finalize(block->hash()));
  CHECK_FALSE(fixture.mempool.has_work(fixture.ledger, genesis(ChainId{0})->hash()));
  CHECK(fixture.add(0).reason == Rejection::replayed_transaction);
}

TEST_CASE("transactions that came with a block are known, and wait should it be lost") {
  Fixture fixture({});
  const BlockPointer block = seal(fixture.plan, *fixture.ledger.head(), 1, {update(fixture.plan, 1, 0).transaction});
  fixture.mempool.absorb(block);
  fixture.mempool.absorb(block);
  CHECK(fixture.mempool.knows(block->transaction_ids().at(0)));
  CHECK(fixture.selected() == 1);
}
