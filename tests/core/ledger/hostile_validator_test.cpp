// Validators that withhold and equivocate, what it costs the others, and what they notice.
#include "core/ledger/hostile_validator.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/error.hpp"
#include "core/ledger/equivocation_watch.hpp"
#include "tests/core/ledger/chain_network.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::testing;

namespace {

ChainPlan plan_of(const std::string& kind, std::int64_t validators, std::map<NodeId, std::string> hostile) {
  ChainPlan plan;
  plan.validators = validators;
  plan.members = 12;
  plan.rounds.rounds = 1;
  plan.consensus.kind = kind;
  plan.consensus.timeout_s = kind == "pbft" ? 1.0 : 0.0;
  plan.hostile = std::move(hostile);
  return plan;
}

std::size_t transactions_at(const ChainNetwork& network, std::int64_t node) {
  std::size_t sum = 0;
  for (const BlockPointer& block : network.chain(node)) sum += block->transactions().size();
  return sum;
}

// Twelve updates, one every 3 s, to node 0; what is not in yet is sent again at the end.
void run_with_updates(ChainNetwork& network, const ChainPlan& plan, double until_s) {
  for (std::int32_t i = 0; i < 12; ++i) network.submit(1.0 + 3.0 * i, NodeId{0}, update(plan, i, 0));
  network.run_until(until_s);
}

}  // namespace

TEST_CASE("a validator that withholds costs a pbft chain the timeout of each of its turns") {
  ChainPlan plan = plan_of("pbft", 4, {{NodeId{1}, "withhold"}});
  plan.members = 1;
  ChainNetwork network(plan);
  network.on_sent = [](NodeId from, NodeId, const NodeMessage& message, double) {
    CHECK_FALSE((from == NodeId{1} && std::holds_alternative<ConsensusMessagePointer>(message)));
  };
  network.submit(0.5, NodeId{0}, update(plan, 0, 0));
  network.run();
  REQUIRE(network.chain(0).size() == 1);
  const Block& block = *network.chain(0).front();
  CHECK(block.header().proposer == NodeId{2});
  for (const ChainNetwork::Seen& seen : network.final_at.at(block.hash())) {
    CHECK(seen.at_s == doctest::Approx(plan.block_interval_s + 1.0 + 4.0 * plan.latency_s));
  }
  CHECK(network.agrees());
}

// Two of the three others get one block, the third the other: with the proposer's two votes the first is final after three
// steps, and the third, who sees votes of two for a block that it was not sent, tells.
TEST_CASE("an equivocating proposer of four is found out, and safety holds") {
  ChainPlan plan = plan_of("pbft", 4, {{NodeId{1}, "equivocate"}});
  ChainNetwork network(plan);
  run_with_updates(network, plan, 200.0);
  CHECK(network.conflicting_heights().empty());
  CHECK(network.agrees());
  for (const std::int64_t node : {0, 2, 3}) CHECK(transactions_at(network, node) == 12);
  CHECK(network.count("equivocation", "conflicting_votes") >= 1);
  CHECK(network.count("equivocation", "conflicting_blocks") >= 1);
  for (const auto& [seen, event] : network.events) {
    CHECK(seen.node != NodeId{1});
    if (event.cause == "conflicting_votes") CHECK(event.consequence == "this validator votes for the first alone");
    if (event.cause == "conflicting_blocks") CHECK(event.consequence == "at most one of them gathers a quorum of votes");
  }
}

TEST_CASE("as many hostile validators as pbft tolerates break nothing, whatever they do") {
  for (const std::string kind : {"equivocate", "withhold"}) {
    for (const std::int64_t n : {4, 7, 10}) {
      std::map<NodeId, std::string> hostile;
      for (std::int32_t i = 0; i < (n - 1) / 3; ++i) hostile[NodeId{1 + 2 * i}] = kind;
      const ChainPlan plan = plan_of("pbft", n, hostile);
      ChainNetwork network(plan);
      Random random(Seed(static_cast<std::uint64_t>(n)));
      network.latency_s = [&](NodeId, NodeId, std::uint64_t) { return random.uniform(0.0, 0.4); };
      run_with_updates(network, plan, 300.0);
      CAPTURE(kind);
      CAPTURE(n);
      CHECK(network.conflicting_heights().empty());
      CHECK(network.agrees());
      CHECK(transactions_at(network, 0) == 12);
    }
  }
}

// Two blocks of one height for the same turn: others tell each other of both.
TEST_CASE("equivocation is noticed under every protocol that spreads blocks") {
  for (const std::string kind : {"proof_of_authority", "proof_of_work"}) {
    CAPTURE(kind);
    ChainPlan plan = plan_of(kind, 5, {{NodeId{1}, "equivocate"}});
    ChainNetwork network(plan);
    run_with_updates(network, plan, 120.0);
    CHECK(network.count("equivocation", "conflicting_blocks") >= 1);
    CHECK(network.agrees());
    CHECK(transactions_at(network, 0) == 12);
    for (const auto& [seen, event] : network.events) {
      if (event.kind != "equivocation") continue;
      CHECK(event.detail.starts_with("validator 1 signed blocks"));
      CHECK(event.consequence == "both are branches, and the heavier one wins");
    }
  }
}

TEST_CASE("honest validators are never accused") {
  for (const std::string kind : {"proof_of_authority", "proof_of_work", "pbft", "raft"}) {
    ChainPlan plan = plan_of(kind, 5, {});
    ChainNetwork network(plan);
    Random random(Seed(3));
    network.latency_s = [&](NodeId, NodeId, std::uint64_t) { return random.uniform(0.0, 3.0); };
    run_with_updates(network, plan, 200.0);
    CAPTURE(kind);
    CHECK(network.count("equivocation", "") == 0);
  }
}

TEST_CASE("a miner that withholds keeps its blocks, and the others go on without it") {
  ChainPlan plan = plan_of("proof_of_work", 4, {{NodeId{1}, "withhold"}});
  ChainNetwork network(plan);
  network.on_sent = [](NodeId, NodeId, const NodeMessage& message, double) {
    if (const auto* sent = std::get_if<BlockMessage>(&message)) CHECK(sent->block->header().proposer != NodeId{1});
  };
  run_with_updates(network, plan, 200.0);
  CHECK(transactions_at(network, 0) == 12);
  CHECK(network.agrees());
}

TEST_CASE("two blocks count as two only in one place") {
  const ChainPlan plan;
  const auto block = [&](std::int32_t proposer, std::uint64_t height, std::uint64_t view, double time_s) {
    Header header;
    header.height = height;
    header.proposer = NodeId{proposer};
    header.view = view;
    header.time_s = time_s;
    return Block(header, {});
  };
  EquivocationWatch watch;
  CHECK_FALSE(watch.see(block(1, 5, 0, 1.0), 0));
  CHECK_FALSE(watch.see(block(1, 5, 0, 1.0), 0));
  CHECK_FALSE(watch.see(block(2, 5, 0, 2.0), 0));
  CHECK_FALSE(watch.see(block(1, 6, 0, 2.0), 0));
  CHECK_FALSE(watch.see(block(1, 5, 1, 2.0), 0));
  const auto notice = watch.see(block(1, 5, 0, 2.0), 0);
  REQUIRE(notice);
  CHECK(notice->kind == "equivocation");
  CHECK_FALSE(watch.see(block(1, 5, 0, 3.0), 0));  // said already
  CHECK_FALSE(watch.see(block(2, 5, 0, 1.0), 6));  // forgotten
}

TEST_CASE("behaviours have names, and raft takes none of them") {
  const std::vector<NamedKind> known = validator_behaviours();
  REQUIRE(known.size() == 2);
  CHECK(known[0].name == "withhold");
  CHECK(known[1].name == "equivocate");
  ConsensusSetup setup;
  setup.self = NodeId{0};
  setup.validators = 4;
  setup.keys = validator_keys(setup.self);
  CHECK(make_hostile(make_consensus(setup), "withhold", setup));
  CHECK_THROWS_WITH_AS(make_hostile(make_consensus(setup), "sulk", setup),
                       "behaviour of a validator is \"sulk\", allowed: withhold, equivocate", UsageError);
  setup.rules.kind = "raft";
  CHECK_THROWS_AS(make_hostile(make_consensus(setup), "equivocate", setup), UsageError);
}
