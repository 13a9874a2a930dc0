#include "core/ledger/ledger.hpp"

#include <cmath>

#include "tests/core/ledger/chain_network.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::testing;

namespace {

const ChainPlan plan;
const BlockPointer root = genesis(ChainId{0});

Ledger make_ledger() { return Ledger(std::make_shared<const ChainRules>(chain_rules(plan))); }

// A block like `good` whose header was changed, and signed again.
template <class Change>
BlockPointer altered(const Block& good, Change change) {
  Header header = good.header();
  change(header);
  const std::int32_t signer = good.header().proposer.value;
  return std::make_shared<const Block>(sign(header, validator_keys(NodeId{signer})), good.transactions());
}

BlockPointer append(Ledger& ledger, const Block& parent, std::int64_t slot, std::vector<Transaction> transactions = {}) {
  BlockPointer block = seal(plan, parent, slot, std::move(transactions));
  const Verdict verdict = ledger.append(block);
  CHECK_MESSAGE(verdict.accepted(), verdict.detail);
  return block;
}

}  // namespace

TEST_CASE("every false claim of a header has its own name") {
  Ledger ledger = make_ledger();
  const BlockPointer good = seal(plan, *root, 1, {update(plan, 0, 0).transaction});
  const auto reason = [&](auto change) { return ledger.append(altered(*good, change)).reason; };
  CHECK(reason([](Header& h) { h.chain = ChainId{1}; }) == Rejection::wrong_chain);
  CHECK(reason([](Header& h) { h.parent.bytes[3] ^= 1; }) == Rejection::unknown_parent);
  CHECK(reason([](Header& h) { h.height = 2; }) == Rejection::wrong_height);
  CHECK(reason([](Header& h) { h.height = 0; }) == Rejection::wrong_height);
  CHECK(reason([](Header& h) { h.time_s = 0.0; }) == Rejection::time_before_parent);
  CHECK(reason([](Header& h) { h.time_s = std::nan(""); }) == Rejection::time_before_parent);
  CHECK(reason([](Header& h) { h.proposer = NodeId{-1}; }) == Rejection::unknown_proposer);
  CHECK(reason([](Header& h) { h.proposer = NodeId{4}; }) == Rejection::unknown_proposer);
  CHECK(reason([](Header& h) { h.proposer = NodeId{2}; }) == Rejection::wrong_block_signature);
  CHECK(reason([](Header& h) { h.merkle_root.bytes[0] ^= 1; }) == Rejection::wrong_merkle_root);
  CHECK(reason([](Header& h) { h.transactions = 2; }) == Rejection::wrong_totals);
  CHECK(reason([](Header& h) { h.payload_bytes += 1; }) == Rejection::wrong_totals);
  Header unsigned_header = good->header();
  unsigned_header.signature[0] ^= 1;
  CHECK(ledger.append(std::make_shared<const Block>(unsigned_header, good->transactions())).reason ==
        Rejection::wrong_block_signature);
  CHECK(ledger.blocks().size() == 1);
  CHECK(ledger.head()->hash() == root->hash());
  CHECK(ledger.append(good).accepted());
  CHECK(ledger.append(good).accepted());
  CHECK(ledger.blocks().size() == 2);
}

TEST_CASE("a block is as good as its transactions") {
  Ledger ledger = make_ledger();
  const Transaction good = update(plan, 0, 0).transaction;
  const auto reason = [&](const std::vector<Transaction>& transactions) {
    return ledger.append(seal(plan, *root, 1, transactions)).reason;
  };
  Transaction wrong = good;
  wrong.samples += 1;
  CHECK(reason({wrong}) == Rejection::wrong_transaction_signature);
  CHECK(reason({sign(good, member_keys(InstitutionId{1}))}) == Rejection::wrong_transaction_signature);
  wrong = good;
  wrong.chain = ChainId{1};
  CHECK(reason({sign(wrong, member_keys(InstitutionId{0}))}) == Rejection::wrong_chain);
  CHECK(reason({update(plan, 3, 0).transaction}) == Rejection::unknown_author);
  CHECK(reason({good, good}) == Rejection::replayed_transaction);
  CHECK(reason({good}) == Rejection::none);
}

TEST_CASE("a transaction is replayed on its own branch only") {
  Ledger ledger = make_ledger();
  const Transaction transaction = update(plan, 0, 0).transaction;
  const BlockPointer first = append(ledger, *root, 1, {transaction});
  const BlockPointer second = append(ledger, *first, 2);
  CHECK(ledger.append(seal(plan, *second, 3, {transaction})).reason == Rejection::replayed_transaction);
  const BlockPointer fork = append(ledger, *root, 4, {transaction});
  const Digest id = transaction_id(transaction);
  CHECK(ledger.includes(id, first->hash()));
  CHECK(ledger.includes(id, second->hash()));
  CHECK(ledger.includes(id, fork->hash()));
  CHECK_FALSE(ledger.includes(id, root->hash()));
  CHECK_FALSE(ledger.includes(Digest{}, second->hash()));
  CHECK_FALSE(ledger.includes(id, append(ledger, *root, 5)->hash()));
}

TEST_CASE("the size limit counts everything in the block") {
  ChainPlan small;
  small.max_block_bytes = 180 + 2 * (197 + 100);
  Ledger ledger(std::make_shared<const ChainRules>(chain_rules(small)));
  std::vector<Transaction> transactions{update(small, 0, 0).transaction, update(small, 1, 0).transaction};
  CHECK(ledger.append(seal(small, *root, 1, transactions)).accepted());
  transactions.push_back(update(small, 2, 0).transaction);
  CHECK(ledger.append(seal(small, *root, 2, transactions)).reason == Rejection::block_too_large);
}

TEST_CASE("the longest chain is the head, of equals the earliest, then the smaller hash") {
  Ledger ledger = make_ledger();
  const BlockPointer late = append(ledger, *root, 3);
  CHECK(ledger.head() == late);
  const BlockPointer early = append(ledger, *root, 2);
  CHECK(ledger.head() == early);
  const BlockPointer twin = append(ledger, *root, 2, {update(plan, 0, 0).transaction});
  CHECK(ledger.head() == (twin->hash() < early->hash() ? twin : early));
  const BlockPointer long_one = append(ledger, *late, 4);
  CHECK(ledger.head() == long_one);
  CHECK(ledger.path(root->hash(), long_one->hash()) == std::vector{late, long_one});
}

TEST_CASE("what is final stays: other branches are closed and the head moves onto it") {
  Ledger ledger = make_ledger();
  const BlockPointer a1 = append(ledger, *root, 1);
  const BlockPointer a2 = append(ledger, *a1, 2);
  const BlockPointer b1 = append(ledger, *root, 3);
  const BlockPointer b2 = append(ledger, *b1, 4);
  const BlockPointer b3 = append(ledger, *b2, 5);
  CHECK(ledger.head() == b3);
  CHECK(ledger.finalize(a1->hash()) == std::vector{a1});
  CHECK(ledger.head() == a2);
  CHECK(ledger.append(seal(plan, *b3, 6, {})).reason == Rejection::conflicts_with_finalized);
  CHECK(ledger.append(seal(plan, *root, 6, {})).reason == Rejection::conflicts_with_finalized);
  CHECK(ledger.finalize(a1->hash()).empty());
  CHECK(ledger.finalize(a2->hash()) == std::vector{a2});
  CHECK_THROWS_AS(ledger.finalize(b3->hash()), Error);
  CHECK_THROWS_AS(ledger.finalize(a1->hash()), Error);
  CHECK_THROWS_AS(ledger.finalize(Digest{}), Error);
  CHECK(ledger.finalized() == a2);
  CHECK(ledger.blocks().size() == 6);
  CHECK(ledger.find(b3->hash()) == b3);
  CHECK(ledger.find(Digest{}) == nullptr);
}

TEST_CASE("paths exist downwards only") {
  Ledger ledger = make_ledger();
  const BlockPointer a = append(ledger, *root, 1);
  const BlockPointer b = append(ledger, *root, 2);
  CHECK(ledger.path(a->hash(), a->hash()).empty());
  CHECK_THROWS_AS(static_cast<void>(ledger.path(a->hash(), b->hash())), Error);
  CHECK_THROWS_AS(static_cast<void>(ledger.path(a->hash(), root->hash())), Error);
}
