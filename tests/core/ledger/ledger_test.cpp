#include "core/ledger/ledger.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include "core/base/error.hpp"
#include "tests/core/ledger/block_network.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::testing;

namespace {

const ChainPlan plan;
const BlockPointer root = genesis(ChainId{0});

Ledger make_ledger(ForkChoice fork_choice = {}) {
  ChainRules rules = chain_rules(plan);
  rules.fork_choice = fork_choice;
  return Ledger(std::make_shared<const ChainRules>(rules));
}

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

BlockPointer append(Ledger& ledger, const Block& parent, double time_s, std::int32_t proposer, double difficulty,
                    std::vector<Transaction> transactions = {}) {
  BlockPointer block = block_on(plan, parent, time_s, proposer, difficulty, std::move(transactions));
  const Verdict verdict = ledger.append(block);
  CHECK_MESSAGE(verdict.accepted(), verdict.detail);
  return block;
}

bool contains(const Block& block, const Digest& transaction) {
  return std::ranges::find(block.transaction_ids(), transaction) != block.transaction_ids().end();
}

// `known` is in order of arrival. Of the heaviest blocks the head is the first known, or the earliest, then that with the
// smaller hash.
void check_against_search(const Ledger& ledger, const std::vector<BlockPointer>& known, const Digest& transaction) {
  BlockPointer best = known.front();
  for (const BlockPointer& block : known) {
    double weight = 0.0;
    bool includes = false;
    for (BlockPointer at = block; at; at = ledger.find(at->header().parent)) {
      weight += at->header().difficulty;
      includes = includes || contains(*at, transaction);
    }
    CHECK(ledger.total_difficulty(block->hash()) == weight);
    CHECK(ledger.includes(transaction, block->hash()) == includes);
    const auto rank = [&](const BlockPointer& of) {
      return std::tuple(-ledger.total_difficulty(of->hash()), of->header().time_s, of->hash());
    };
    const bool first_seen = ledger.rules().fork_choice.first_seen;
    const bool is_better = first_seen ? weight > ledger.total_difficulty(best->hash()) : rank(block) < rank(best);
    if (is_better) best = block;
  }
  CHECK(ledger.head() == best);
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

// A transaction of 197 bytes with 100 bytes of payload needs 21000 + 16 * 297 gas, without its payload 21000 + 16 * 197.
TEST_CASE("the gas limit counts every transaction, with its payload where that is in the block") {
  for (const bool on_chain : {true, false}) {
    ChainPlan tight;
    tight.payload_on_chain = on_chain;
    tight.max_block_gas = 2 * (21'000 + 16 * (on_chain ? 297 : 197));
    const std::vector<Transaction> two{update(tight, 0, 0).transaction, update(tight, 1, 0).transaction};
    std::vector<Transaction> three = two;
    three.push_back(update(tight, 2, 0).transaction);
    Ledger ledger(std::make_shared<const ChainRules>(chain_rules(tight)));
    CHECK(ledger.append(seal(tight, *root, 1, two)).accepted());
    CHECK(ledger.append(seal(tight, *root, 2, three)).reason == Rejection::block_out_of_gas);
    CHECK(ledger.blocks().size() == 2);
    tight.max_block_gas -= 1;
    Ledger tighter(std::make_shared<const ChainRules>(chain_rules(tight)));
    const Verdict verdict = tighter.append(seal(tight, *root, 1, two));
    CHECK(verdict.reason == Rejection::block_out_of_gas);
    CHECK(verdict.detail == fmt::format("{} gas, at most {}", tight.max_block_gas + 1, tight.max_block_gas));
    tight.max_block_gas = 0;
    Ledger unlimited(std::make_shared<const ChainRules>(chain_rules(tight)));
    CHECK(unlimited.append(seal(tight, *root, 1, three)).accepted());
  }
}

TEST_CASE("the heaviest branch is the head, of equals the earliest, then the smaller hash") {
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
  CHECK(ledger.at_height(1) == late);
}

TEST_CASE("difficulty counts, not length") {
  Ledger ledger = make_ledger(ForkChoice{});
  const BlockPointer a1 = append(ledger, *root, 2.0, 0, 1.0);
  const BlockPointer a2 = append(ledger, *a1, 4.0, 1, 1.0);
  const BlockPointer a3 = append(ledger, *a2, 6.0, 2, 1.0);
  const BlockPointer b1 = append(ledger, *root, 9.0, 3, 2.5);
  CHECK(ledger.head() == a3);
  CHECK(ledger.total_difficulty(root->hash()) == 1.0);
  CHECK(ledger.total_difficulty(a3->hash()) == 4.0);
  CHECK(ledger.total_difficulty(b1->hash()) == 3.5);
  const BlockPointer c1 = append(ledger, *root, 9.0, 2, 3.5);  // shorter and heavier
  CHECK(ledger.head() == c1);
  CHECK(ledger.at_height(1) == c1);
  CHECK_THROWS(static_cast<void>(ledger.at_height(2)));
  const BlockPointer b2 = append(ledger, *b1, 11.0, 0, 1.5);  // back to a longer one, on another branch
  CHECK(ledger.head() == b2);
  CHECK(ledger.at_height(1) == b1);
  CHECK(ledger.at_height(2) == b2);
  CHECK_THROWS_AS(static_cast<void>(ledger.total_difficulty(Digest{})), Error);
}

TEST_CASE("blocks of no weight, or of more than can be counted, are refused") {
  Ledger ledger = make_ledger();
  for (const double difficulty : {0.0, -1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    CHECK(ledger.append(block_on(plan, *root, 2.0, 1, difficulty)).reason == Rejection::wrong_difficulty);
  }
}

TEST_CASE("where the first seen stays, a tie changes nothing, whichever block is earlier") {
  Ledger ledger = make_ledger({.first_seen = true, .may_reverse = true});
  const BlockPointer late = append(ledger, *root, 3.0, 0, 1.0);
  const BlockPointer early = append(ledger, *root, 2.0, 1, 1.0);
  CHECK(ledger.head() == late);
  const BlockPointer other = append(ledger, *early, 4.0, 2, 1.0);
  CHECK(ledger.head() == other);
  static_cast<void>(append(ledger, *late, 3.5, 3, 1.0));
  CHECK(ledger.head() == other);
}

TEST_CASE("a finalized block off the head's branch takes the head to its best descendant, the first seen among equals") {
  Ledger ledger = make_ledger({.first_seen = true, .may_reverse = false});
  const BlockPointer a1 = append(ledger, *root, 1.0, 0, 1.0);
  const BlockPointer b1 = append(ledger, *root, 2.0, 1, 5.0);
  const BlockPointer second = append(ledger, *a1, 9.0, 1, 1.0);
  static_cast<void>(append(ledger, *a1, 8.0, 2, 1.0));
  CHECK(ledger.head() == b1);
  CHECK(ledger.finalize(a1->hash()) == std::vector{a1});
  CHECK(ledger.head() == second);
}

TEST_CASE("what is final stays: other branches are closed and the head moves onto it") {
  Ledger ledger = make_ledger(ForkChoice{});
  const BlockPointer a1 = append(ledger, *root, 2.0, 1, 1.0);
  const BlockPointer a2 = append(ledger, *a1, 4.0, 2, 1.0);
  const BlockPointer b1 = append(ledger, *root, 6.0, 3, 1.0);
  const BlockPointer b2 = append(ledger, *b1, 8.0, 0, 1.0);
  const BlockPointer b3 = append(ledger, *b2, 10.0, 1, 1.0);
  CHECK(ledger.head() == b3);
  CHECK(ledger.finalize(a1->hash()) == std::vector{a1});
  CHECK(ledger.head() == a2);
  CHECK(ledger.append(block_on(plan, *b3, 12.0, 2, 9.0)).reason == Rejection::conflicts_with_finalized);
  CHECK(ledger.append(block_on(plan, *root, 12.0, 2, 9.0)).reason == Rejection::conflicts_with_finalized);
  CHECK(ledger.take_reversed().empty());
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

TEST_CASE("a heavier branch reverses what is final where that may be, newest first, down to the common ancestor") {
  Ledger ledger = make_ledger({.first_seen = false, .may_reverse = true});
  const Transaction transaction = update(plan, 0, 0).transaction;
  const BlockPointer common = append(ledger, *root, 2.0, 1, 2.0);
  const BlockPointer a2 = append(ledger, *common, 4.0, 2, 1.0, {transaction});
  const BlockPointer a3 = append(ledger, *a2, 6.0, 3, 1.0);
  const BlockPointer a4 = append(ledger, *a3, 8.0, 0, 1.0);
  CHECK(ledger.finalize(a3->hash()) == std::vector{common, a2, a3});
  const BlockPointer b2 = append(ledger, *common, 5.0, 3, 2.0, {transaction});
  CHECK(ledger.head() == a4);
  CHECK(ledger.take_reversed().empty());
  const BlockPointer b3 = append(ledger, *b2, 7.0, 0, 2.0);
  CHECK(ledger.head() == b3);
  CHECK(ledger.finalized() == common);
  CHECK(ledger.take_reversed() == std::vector{a3, a2});
  CHECK(ledger.take_reversed().empty());
  CHECK(ledger.includes(transaction_id(transaction), b3->hash()));
  CHECK_FALSE(ledger.includes(transaction_id(transaction), common->hash()));
  CHECK(ledger.finalize(b2->hash()) == std::vector{b2});
  // And back, past everything.
  const BlockPointer c1 = append(ledger, *root, 2.5, 2, 9.0);
  CHECK(ledger.head() == c1);
  CHECK(ledger.finalized()->hash() == root->hash());
  CHECK(ledger.take_reversed() == std::vector{b2, common});
}

// A reference that walks parent by parent, against trees grown at random with every kind of fork choice.
TEST_CASE("ancestry, inclusion and the head agree with a plain search on random trees") {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    Random random(Seed(seed) / "tree");
    const ForkChoice choice{.first_seen = seed % 2 == 0, .may_reverse = true};
    Ledger ledger = make_ledger(choice);
    std::vector<BlockPointer> known{ledger.head()};
    const std::vector<Transaction> transactions{update(plan, 0, 0).transaction, update(plan, 1, 0).transaction};
    for (int i = 0; i < 40; ++i) {
      const Block& parent = *known[random.below(known.size())];
      const Transaction& transaction = transactions[random.below(2)];
      const bool carries = random.below(2) == 0;
      const bool replays = carries && ledger.includes(transaction_id(transaction), parent.hash());
      const BlockPointer block = block_on(
          plan, parent, parent.header().time_s + random.uniform(0.1, 1.0), static_cast<std::int32_t>(random.below(4)),
          static_cast<double>(1 + random.below(3)), carries ? std::vector{transaction} : std::vector<Transaction>{});
      CHECK(ledger.append(block).accepted() == !replays);
      if (!replays) known.push_back(block);
      check_against_search(ledger, known, transaction_id(transactions[0]));
    }
  }
}

TEST_CASE("ledgers that share a cache verify a block once, but neither its imitation nor under other rules") {
  const auto rules = std::make_shared<const ChainRules>(chain_rules(plan));
  const auto cache = std::make_shared<SignatureCache>();
  Ledger first(rules, cache), second(rules, cache);
  const std::vector<Transaction> transactions{update(plan, 0, 0).transaction};
  const BlockPointer good = block_on(plan, *root, 2.0, 1, 2.0, transactions);
  CHECK_FALSE(cache->remembers(*good, rules));
  CHECK(first.append(good).accepted());
  CHECK(cache->remembers(*good, rules));
  const Block imitation(good->header(), {update(plan, 1, 0).transaction});
  CHECK(imitation.hash() == good->hash());
  CHECK(second.check(imitation).reason == Rejection::wrong_merkle_root);
  CHECK(second.append(std::make_shared<const Block>(good->header(), transactions)).accepted());
  ChainRules narrow = *rules;
  narrow.max_block_bytes = 100;
  Ledger third(std::make_shared<const ChainRules>(narrow), cache);
  CHECK(third.append(good).reason == Rejection::block_too_large);
}

TEST_CASE("paths exist downwards only") {
  Ledger ledger = make_ledger();
  const BlockPointer a = append(ledger, *root, 1);
  const BlockPointer b = append(ledger, *root, 2);
  CHECK(ledger.path(a->hash(), a->hash()).empty());
  CHECK_THROWS_AS(static_cast<void>(ledger.path(a->hash(), b->hash())), Error);
  CHECK_THROWS_AS(static_cast<void>(ledger.path(a->hash(), root->hash())), Error);
}
