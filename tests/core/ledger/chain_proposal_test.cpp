// Blocks that are agreed on before they enter a ledger: when a node has seen one, and what it pays for when.
#include <algorithm>

#include "core/ledger/pbft_messages.hpp"
#include "core/ledger/proposing.hpp"
#include "core/ledger/raft_messages.hpp"
#include "tests/core/ledger/chain_network.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::testing;
using doctest::Approx;

namespace {

constexpr double delay_s = 0.1;
constexpr std::uint64_t update_bytes = 197 + 100;  // with its payload

ChainPlan plan_of(const std::string& kind) {
  ChainPlan plan;
  plan.members = 1;
  plan.rounds.rounds = 1;
  plan.latency_s = delay_s;
  plan.consensus.kind = kind;
  plan.consensus.timeout_s = 1.0;
  return plan;
}

// Of height 1, with the update of institution 0, in whatever view.
BlockPointer first_block(const ChainPlan& plan, std::int32_t proposer, std::uint64_t view) {
  return make_block(chain_rules(plan), *genesis(ChainId{0}), NodeId{proposer}, view, 2.0, {update(plan, 0, 0).transaction},
                    validator_keys(NodeId{proposer}));
}

template <class Message, class... Parts>
ConsensusMessagePointer say(Parts&&... parts) {
  return std::make_shared<const Message>(std::forward<Parts>(parts)...);
}

void check_work(const Effects& effects, std::int64_t verified, std::int64_t made, std::uint64_t hashed) {
  CHECK(effects.work.signatures_verified == verified);
  CHECK(effects.work.signatures_made == made);
  CHECK(effects.work.bytes_hashed == hashed);
}

}  // namespace

// Signatures of a proposal: the message's, the header's, that of the update which the validator has not met before.
TEST_CASE("a PBFT validator verifies a proposal before it votes, and nothing of it again") {
  const ChainPlan plan = plan_of("pbft");
  ChainNode node(node_setups(plan).at(0));
  const BlockPointer block = first_block(plan, 1, 0);
  const std::vector<pbft::RoundChangePointer> none;

  const Effects proposed = node.receive(NodeId{1}, say<pbft::Proposal>(1, 0, block, none), 2.1);
  REQUIRE(proposed.seen.size() == 1);
  CHECK(proposed.seen[0] == block);
  CHECK(proposed.outgoing.size() == 3);  // its prepare, signed once
  check_work(proposed, 3, 1, block->bytes());
  CHECK(block->bytes() == header_bytes + update_bytes);

  check_work(node.receive(NodeId{2}, say<pbft::Vote>(pbft::Phase::prepare, 1, 0, block->hash()), 2.2), 1, 1, 0);
  for (const std::int32_t from : {1, 2}) {
    const Effects decided = node.receive(NodeId{from}, say<pbft::Vote>(pbft::Phase::commit, 1, 0, block->hash()), 2.3);
    check_work(decided, 1, 0, 0);
    CHECK(decided.seen.empty());
    CHECK(decided.finalized.size() == (from == 2 ? 1 : 0));
  }
}

TEST_CASE("a PBFT proposer signs its block and its proposal before they leave, and nothing again") {
  const ChainPlan plan = plan_of("pbft");
  ChainNode node(node_setups(plan).at(1));
  check_work(node.submit(update(plan, 0, 0), 0.5), 1, 0, update_bytes);
  const Effects proposal = node.fire(0, 2.0);
  REQUIRE(proposal.seen.size() == 1);
  const BlockPointer block = proposal.seen[0];
  check_work(proposal, 0, 2, header_bytes + transaction_bytes);
  check_work(node.receive(NodeId{2}, say<pbft::Vote>(pbft::Phase::prepare, 1, 0, block->hash()), 2.2), 1, 0, 0);
  check_work(node.receive(NodeId{3}, say<pbft::Vote>(pbft::Phase::prepare, 1, 0, block->hash()), 2.2), 1, 1, 0);
}

// Crashes are Raft's only faults: a follower takes its leader's word for what is signed.
TEST_CASE("a Raft follower hashes an entry before it acknowledges it, and nothing again") {
  const ChainPlan plan = plan_of("raft");
  ChainNode node(node_setups(plan).at(0));
  const BlockPointer first = genesis(ChainId{0}), block = first_block(plan, 1, 1);
  const auto append = [&](std::uint64_t committed) {
    return say<raft::AppendEntries>(1, 0, first->hash(), std::vector<BlockPointer>{block}, committed);
  };
  const Effects told = node.receive(NodeId{1}, append(0), 2.1);
  CHECK(told.seen.size() == 1);
  check_work(told, 0, 0, block->bytes());
  const Effects again = node.receive(NodeId{1}, append(0), 2.2);
  CHECK(again.seen.empty());
  check_work(again, 0, 0, 0);
  const Effects committed = node.receive(NodeId{1}, append(1), 2.3);
  CHECK(committed.seen.empty());
  CHECK(committed.finalized.size() == 1);
  check_work(committed, 0, 0, 0);
}

// A delay after its proposal or its entry, and final two delays later.
TEST_CASE("a block is seen when its proposal arrives, once at each node") {
  for (const std::string kind : {"pbft", "raft"}) {
    const ChainPlan plan = plan_of(kind);
    ChainNetwork network(plan);
    network.submit(5.0, NodeId{0}, update(plan, 0, 0));
    network.run_until(20.0);
    REQUIRE(network.chain(0).size() == 1);
    const BlockPointer block = network.chain(0).front();
    REQUIRE(network.seen_at.at(block->hash()).size() == 4);
    for (const ChainNetwork::Seen& seen : network.seen_at.at(block->hash())) {
      const bool is_proposer = seen.node == block->header().proposer;
      CHECK(seen.at_s == Approx(block->header().time_s + (is_proposer ? 0.0 : delay_s)));
    }
    for (const ChainNetwork::Seen& final_block : network.final_at.at(block->hash())) {
      CHECK(final_block.at_s >= block->header().time_s + 2.0 * delay_s - 1e-9);
    }
  }
}

// Validator 1 proposes to 2 alone, and then nothing gets through until the others have changed to round 1, whose proposer is 2. It
// knows of no certificate, so that it makes a block of its own.
TEST_CASE("a proposal whose round is given up has been seen, and its successor says who comes next") {
  const ChainPlan plan = plan_of("pbft");
  ChainNetwork network(plan);
  network.lost = [](NodeId from, NodeId to, double at_s) {
    return at_s >= 2.0 && at_s < 2.5 && !(from == NodeId{1} && to == NodeId{2});
  };
  for (std::int32_t node = 0; node < 4; ++node) network.submit(0.1, NodeId{node}, update(plan, 0, 0));
  network.run_until(20.0);
  const std::vector<BlockPointer> chain = network.chain(0);
  REQUIRE(chain.size() == 1);
  CHECK(chain[0]->header().view == 1);
  REQUIRE(network.seen_at.size() == 2);
  for (const auto& [block, seen] : network.seen_at) CHECK(seen.size() == (block == chain[0]->hash() ? 4 : 2));
  for (const auto& [seen, event] : network.events) {
    if (event.kind == "round_change") CHECK(event.consequence == "validator 2 proposes next");
  }
  CHECK(network.count("round_change", "") > 0);
}
