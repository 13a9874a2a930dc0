// Validators that learn of blocks too late, or not in order: forks, and how they end.
#include <set>

#include "tests/core/ledger/chain_network.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::testing;

namespace {

// Every member's update of every round, each round at a time of its own, to homes in turn. Nothing waits for anything, so
// that the contract rejects some; the ledger does not care.
void submit_many(ChainNetwork& network, const ChainPlan& plan, Random& random) {
  for (std::uint32_t round = 0; round < plan.rounds.rounds; ++round) {
    for (std::int32_t author = 0; author < plan.members; ++author) {
      const auto home = static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(plan.validators)));
      network.submit(random.uniform(0.0, 40.0), NodeId{home}, update(plan, author, round));
    }
  }
}

ChainPlan busy_plan(std::int64_t validators) {
  ChainPlan plan;
  plan.validators = validators;
  plan.members = 4;
  plan.rounds.rounds = 4;
  return plan;
}

std::size_t transactions_in(const std::vector<BlockPointer>& chain) {
  std::set<Digest> ids;
  for (const BlockPointer& block : chain) ids.insert(block->transaction_ids().begin(), block->transaction_ids().end());
  return ids.size();
}

std::size_t stale_blocks(const ChainNetwork& network) {
  const Ledger& ledger = network.node(0).ledger();
  return ledger.blocks().size() - 1 - ledger.head()->header().height;
}

void check_whole(const ChainNetwork& network, const ChainPlan& plan) {
  CHECK(network.agrees());
  for (std::int64_t node = 0; node < plan.validators; ++node) {
    CHECK(transactions_in(network.chain(node)) == static_cast<std::size_t>(plan.members * plan.rounds.rounds));
    CHECK(network.node(node).contract().round() == network.node(0).contract().round());
  }
}

}  // namespace

TEST_CASE("as long as every message takes less than half a step of the delay out of turn there is no fork") {
  for (std::uint64_t seed = 0; seed < 35; ++seed) {
    const ChainPlan plan = busy_plan(static_cast<std::int64_t>(1 + seed % 7));
    Random random(Seed(seed) / "fast");
    ChainNetwork network(plan);
    network.latency_s = [&](NodeId, NodeId, std::uint64_t) { return random.uniform(0.0, 0.24); };  // a step: 0.5 s
    submit_many(network, plan, random);
    network.run(200.0);
    check_whole(network, plan);
    const Ledger& ledger = network.node(0).ledger();
    CHECK(ledger.blocks().size() == ledger.head()->header().height + 1);
    CHECK(network.count("reorganisation", "") == 0);
  }
}

TEST_CASE("messages of less than half an interval make forks, and none of them reaches what is final") {
  std::size_t stale = 0;
  for (std::uint64_t seed = 0; seed < 70; ++seed) {
    const ChainPlan plan = busy_plan(static_cast<std::int64_t>(1 + seed % 7));
    Random random(Seed(seed) / "medium");
    ChainNetwork network(plan);
    network.latency_s = [&](NodeId, NodeId, std::uint64_t) { return random.uniform(0.0, 0.95); };  // intervals of 2 s
    submit_many(network, plan, random);
    network.run(400.0);
    check_whole(network, plan);
    CHECK(network.conflicting_heights().empty());
    CHECK(network.reversed.empty());
    stale += stale_blocks(network);
  }
  CHECK(stale > 0);
}

TEST_CASE("forks of slow networks end in one chain with every transaction, and then silence") {
  std::size_t stale = 0, reversed = 0;
  for (std::uint64_t seed = 0; seed < 70; ++seed) {
    ChainPlan plan = busy_plan(static_cast<std::int64_t>(1 + seed % 7));
    Random random(Seed(seed) / "slow");
    plan.latency_s = random.uniform(2.0, 2.0 * static_cast<double>(plan.validators));
    ChainNetwork network(plan);
    submit_many(network, plan, random);
    network.run(1000.0);
    check_whole(network, plan);
    stale += stale_blocks(network);
    reversed += network.reversed.size();
    // What was reversed is told, and only then did two nodes ever differ.
    CHECK(network.count("final block reversed", "") == std::ssize(network.reversed));
    if (network.reversed.empty()) CHECK(network.conflicting_heights().empty());
  }
  CHECK(stale > 100);
  CHECK(reversed > 0);  // beyond the bound it happens
}

TEST_CASE("messages that overtake one another by up to two intervals end in one chain too") {
  for (std::uint64_t seed = 0; seed < 70; ++seed) {
    const ChainPlan plan = busy_plan(static_cast<std::int64_t>(1 + seed % 7));
    Random random(Seed(seed) / "wild");
    ChainNetwork network(plan);
    network.latency_s = [&](NodeId, NodeId, std::uint64_t) { return random.uniform(0.0, 4.0); };
    submit_many(network, plan, random);
    network.run(400.0);
    check_whole(network, plan);
  }
}

// Three validators, an interval of 2 s. Until 5 s, validator 1 hears but is heard 7.5 s later, and what validator 0 says takes 2 s
// to validator 2 in the beginning. Validator 1 signs the block of height 1 in turn at 2 s, with both updates. Validator 0,
// which knows of its own update alone, signs out of turn at 2.5 .. 3 s, before validator 2 knows of anything. Validator 2
// confirms that in turn: 1 + 2 against 2, so validator 1 moves over, and signs its update again.
TEST_CASE("a transaction whose block lost is proposed again") {
  ChainPlan plan;
  plan.validators = 3;
  plan.rounds.rounds = 1;
  ChainNetwork network(plan);
  double now_s = 0.0;
  network.on_sent = [&](NodeId, NodeId, const NodeMessage&, double at_s) { now_s = at_s; };
  network.latency_s = [&](NodeId from, NodeId to, std::uint64_t) {
    if (from == NodeId{1} && now_s < 5.0) return 7.5;
    return from == NodeId{0} && to == NodeId{2} && now_s < 2.0 ? 2.0 : 0.1;
  };
  network.submit(0.5, NodeId{1}, update(plan, 1, 0));
  network.submit(1.0, NodeId{0}, update(plan, 0, 0));
  network.run(100.0);
  const std::vector<BlockPointer> chain = network.chain(0);
  REQUIRE(chain.size() == 3);
  CHECK(chain[0]->header().proposer == NodeId{0});
  CHECK(chain[1]->header().proposer == NodeId{2});
  CHECK(chain[2]->header().proposer == NodeId{1});
  REQUIRE(chain[2]->transactions().size() == 1);
  CHECK(chain[2]->transactions()[0].author == InstitutionId{1});
  CHECK(network.agrees());
  CHECK(network.count("reorganisation", "heavier_branch") == 1);
  REQUIRE(network.events.size() == 1);
  CHECK(network.events[0].second.consequence == "1 transaction returns to the pool");
  CHECK(stale_blocks(network) == 1);
}

TEST_CASE("a thousand members' updates a round pass through four validators") {
  ChainPlan plan;
  plan.members = 1000;
  plan.rounds.rounds = 3;
  plan.max_block_bytes = 200'000;
  ChainNetwork network(plan);
  const auto submit_all = [&](double at_s, std::uint32_t round) {
    for (std::int32_t author = 0; author < plan.members; ++author) {
      network.submit(at_s + 0.001 * author, NodeId{author % 4}, update(plan, author, round));
    }
  };
  network.on_closed = [&](NodeId node, const ClosedRound& closed, double at_s) {
    if (node == NodeId{0} && closed.round < 2) submit_all(at_s, static_cast<std::uint32_t>(closed.round + 1));
  };
  submit_all(0.0, 0);
  network.run();
  CHECK(network.agrees());
  for (std::int64_t node = 0; node < 4; ++node) CHECK(network.node(node).contract().ended());
  CHECK(transactions_in(network.chain(0)) == 3000);
  CHECK(network.chain(0).at(0)->transactions().size() == (200'000 - header_bytes) / (transaction_bytes + 100));
}
