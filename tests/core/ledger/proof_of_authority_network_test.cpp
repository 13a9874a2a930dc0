// Validators of a proof of authority among themselves: without faults, with crashes, and parted.
#include <algorithm>
#include <array>
#include <numeric>

#include "tests/core/ledger/block_network.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::testing;

namespace {

constexpr double step_s = 0.5;  // of the delay out of turn, at an interval of 2 s

ChainPlan plan_of(std::int64_t validators, std::uint64_t seed = 11) {
  ChainPlan plan;
  plan.validators = validators;
  plan.seed = seed;
  return plan;
}

// `count` different transactions at random times until `until_s`, to random homes.
std::vector<Digest> submit_many(BlockNetwork& network, const ChainPlan& plan, int count, double until_s, Random& random) {
  std::vector<Digest> ids;
  for (int i = 0; i < count; ++i) {
    const NodeId home{static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(plan.validators)))};
    const Transaction transaction = update(plan, i % plan.members, 0, i).transaction;
    ids.push_back(transaction_id(transaction));
    network.submit(random.uniform(0.0, until_s), home, transaction);
  }
  return ids;
}

std::int64_t times_final(const Ledger& ledger, const Digest& id) {
  const std::vector<BlockPointer> chain = ledger.path(genesis(ChainId{0})->hash(), ledger.finalized()->hash());
  return std::accumulate(chain.begin(), chain.end(), std::int64_t{0}, [&](std::int64_t sum, const BlockPointer& block) {
    return sum + std::ranges::count(block->transaction_ids(), id);
  });
}

void check_whole(const BlockNetwork& network, const ChainPlan& plan, const std::vector<Digest>& ids) {
  for (std::int64_t node = 0; node < plan.validators; ++node) {
    const Ledger& ledger = network.ledger(node);
    CHECK(ledger.head()->hash() == network.ledger(0).head()->hash());
    CHECK(ledger.finalized()->hash() == network.ledger(0).finalized()->hash());
    for (const Digest& id : ids) CHECK(times_final(ledger, id) == 1);
  }
  CHECK(network.rejected == 0);
  CHECK(network.notices == 0);
}

}  // namespace

// The validator in turn signs when it knows of the update, the next half of the validators confirm it an interval apart each.
TEST_CASE("an update is signed in turn, confirmed in turn and then the chain is silent") {
  for (std::int64_t n = 1; n <= 7; ++n) {
    const ChainPlan plan = plan_of(n);
    BlockNetwork network(plan);
    network.submit(10.0, NodeId{0}, update(plan, 0, 0).transaction);
    network.run(1e4);
    REQUIRE(std::ssize(network.published) == 1 + n / 2);
    const double signed_s = n == 1 ? 10.0 : 10.1;  // validator 1 of more hears of it after 0.1 s
    for (std::int64_t i = 0; i <= n / 2; ++i) {
      const Header& header = network.published.at(static_cast<std::size_t>(i))->header();
      CHECK(header.time_s == doctest::Approx(signed_s + 2.0 * static_cast<double>(i)));
      CHECK(header.proposer.value == (1 + i) % n);
      CHECK(header.difficulty == 2.0);
    }
    CHECK(network.ledger(n - 1).finalized()->header().height == 1);
    CHECK(network.quiet_since_s() < signed_s + 2.0 * static_cast<double>(n / 2 + 1) + step_s * static_cast<double>(n));
  }
}

TEST_CASE("without faults, blocks that arrive within a step have no rivals") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const ChainPlan plan = plan_of(static_cast<std::int64_t>(1 + seed % 7), seed);
    Random random(Seed(seed) / "quick");
    BlockNetwork network(plan);
    network.latency_s = [&](NodeId, NodeId) { return random.uniform(0.0, 0.49 * step_s); };
    const std::vector<Digest> ids = submit_many(network, plan, 20, 40.0, random);
    network.run(1e4);
    check_whole(network, plan, ids);
    CHECK(network.published.size() == network.ledger(0).head()->header().height);
    for (const BlockPointer& block : network.published) CHECK(block->header().difficulty == 2.0);
  }
}

TEST_CASE("as long as messages take well below an interval, forks do not reach what is final") {
  std::size_t stale = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const ChainPlan plan = plan_of(static_cast<std::int64_t>(2 + seed % 6), seed);
    Random random(Seed(seed) / "slow");
    BlockNetwork network(plan);
    network.latency_s = [&](NodeId, NodeId) { return random.uniform(0.0, 0.9); };
    const std::vector<Digest> ids = submit_many(network, plan, 20, 40.0, random);
    network.run(1e4);
    check_whole(network, plan, ids);
    CHECK(network.is_safe());
    CHECK(network.reversed == 0);
    stale += network.published.size() - network.ledger(0).head()->header().height;
  }
  CHECK(stale > 0);  // there were forks
}

// Each block waits for an interval, at most floor(n / 2) + 1 steps, and its way to the next signer.
TEST_CASE("the chain goes on while a majority lives, each block within an interval and the longest delay") {
  for (const std::int64_t n : {3, 4, 5, 7}) {
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
      const ChainPlan plan = plan_of(n, seed);
      BlockNetwork network(plan);
      for (std::int32_t dead = 0; dead < n - (n / 2 + 1); ++dead)
        network.crash(0.0, NodeId{(2 * dead + 1) % static_cast<std::int32_t>(n)});
      for (int i = 0; i < 60; ++i) network.submit(i, NodeId{0}, update(plan, i % 3, 0, i).transaction);
      network.run(1e4);
      const std::vector<BlockPointer> chain =
          network.ledger(0).path(genesis(ChainId{0})->hash(), network.ledger(0).head()->hash());
      const double longest_s = 2.0 + step_s * static_cast<double>(n / 2 + 1) + 0.1 + 1.0;  // updates come every second
      double before_s = 0.0;
      for (const BlockPointer& block : chain) {
        CHECK(block->header().time_s - before_s <= longest_s);
        before_s = block->header().time_s;
      }
      CHECK(before_s > 59.0);
      CHECK(network.is_safe());
      CHECK(network.ledger(0).finalized()->header().height + static_cast<std::uint64_t>(n / 2) >= chain.size());
    }
  }
}

TEST_CASE("less than a majority stalls, in silence, and whoever comes back ends that") {
  for (const std::int64_t n : {2, 3, 4, 5, 7}) {
    const ChainPlan plan = plan_of(n);
    BlockNetwork network(plan);
    const std::int64_t dead = n - n / 2;  // one too many
    for (std::int32_t i = 0; i < dead; ++i) network.crash(0.0, NodeId{static_cast<std::int32_t>(n - 1) - i});
    const Transaction transaction = update(plan, 0, 0).transaction;
    network.submit(1.0, NodeId{0}, transaction);
    network.run(1e3);
    CHECK(network.quiet_since_s() < 100.0);
    CHECK(network.ledger(0).finalized()->header().height == 0);
    network.restart(1e3, NodeId{static_cast<std::int32_t>(n - 1)});
    network.run(1e4);
    CHECK(times_final(network.ledger(0), transaction_id(transaction)) == 1);
    CHECK(network.is_safe());
  }
}

TEST_CASE("crashes and rejoins at random: nothing final is lost, nothing is lost, the chain goes on") {
  for (std::uint64_t seed = 0; seed < 80; ++seed) {
    constexpr std::array<std::int64_t, 4> sizes{3, 4, 5, 7};
    const ChainPlan plan = plan_of(sizes[seed % 4], seed);
    Random random(Seed(seed) / "crashes");
    BlockNetwork network(plan);
    network.latency_s = [&](NodeId, NodeId) { return random.uniform(0.01, 0.4); };
    for (std::int32_t node = 0; node < plan.validators - (plan.validators / 2 + 1); ++node) {
      for (double at_s = random.uniform(0.0, 20.0); at_s < 90.0;) {
        const double back_s = at_s + random.uniform(0.5, 15.0);
        network.crash(at_s, NodeId{node});
        network.restart(back_s, NodeId{node});
        at_s = back_s + random.uniform(1.0, 10.0);
      }
    }
    const std::vector<Digest> ids = submit_many(network, plan, 40, 90.0, random);
    network.part(120.0, std::vector<int>(static_cast<std::size_t>(plan.validators), 0));  // all tell all
    network.submit(121.0, NodeId{0}, update(plan, 0, 1).transaction);
    network.run(1e4);
    check_whole(network, plan, ids);
    CHECK(network.is_safe());
    CHECK(network.reversed == 0);
  }
}

TEST_CASE("after a partition heals there is one chain with everything, whatever had been final") {
  std::int64_t reversed = 0;
  for (std::uint64_t seed = 0; seed < 120; ++seed) {
    constexpr std::array<std::int64_t, 4> sizes{3, 4, 5, 7};
    const ChainPlan plan = plan_of(sizes[seed % 4], seed);
    Random random(Seed(seed) / "partition");
    BlockNetwork network(plan);
    network.latency_s = [&](NodeId, NodeId) { return random.uniform(0.01, 0.4); };
    std::vector<int> sides(static_cast<std::size_t>(plan.validators));
    for (double at_s = 5.0; at_s < 90.0; at_s += random.uniform(1.0, 20.0)) {
      for (int& side : sides) side = static_cast<int>(random.below(2));
      network.part(at_s, sides);
    }
    network.part(95.0, std::vector<int>(sides.size(), 0));
    const std::vector<Digest> ids = submit_many(network, plan, 40, 90.0, random);
    network.submit(100.0, NodeId{0}, update(plan, 0, 1).transaction);
    network.run(1e4);
    check_whole(network, plan, ids);
    CHECK(network.quiet_since_s() < 200.0);
    reversed += network.reversed;
    if (network.reversed == 0) CHECK(network.is_safe());
  }
  CHECK(reversed > 0);  // beyond the bound it happens
}

// Seven validators, parted 4 to 3 after height 3. The four of the majority sign heights 4 .. 7, all out of turn, which makes the
// first of these final; the three others sign heights 4 .. 6, all in turn: 2 + 2 + 2 against 1 + 1 + 1 + 1.
TEST_CASE("a final block of a lighter branch is reversed and counted") {
  const ChainPlan plan = plan_of(7);
  auto rules = std::make_shared<const ChainRules>(chain_rules(plan));
  Ledger ledger(rules);
  const auto extend = [&](BlockPointer parent, std::initializer_list<std::int32_t> signers) {
    for (const std::int32_t signer : signers) {
      const std::uint64_t height = parent->header().height + 1;
      parent = block_on(plan, *parent, parent->header().time_s + 2.0, signer,
                        height % 7 == static_cast<std::uint64_t>(signer) ? 2.0 : 1.0);
      CHECK(ledger.append(parent).accepted());
    }
    return parent;
  };
  const BlockPointer common = extend(ledger.head(), {1, 2, 3});
  const BlockPointer majority = extend(common, {0, 1, 2, 3});
  const auto consensus = make_consensus(node_setups(plan).at(0).consensus);
  const Mempool mempool(rules);
  const Actions actions = consensus->on_appended({ledger, mempool, 1e300}, majority, 20.0);
  REQUIRE(actions.size() == 1);
  const BlockPointer final_block = ledger.find(std::get<Finalize>(actions.at(0)).block);
  CHECK(final_block->header().height == 4);
  ledger.finalize(final_block->hash());
  const BlockPointer minority = extend(common, {4, 5, 6});
  CHECK(ledger.head() == minority);
  CHECK(ledger.take_reversed() == std::vector{final_block});
  CHECK(ledger.finalized() == common);
}
