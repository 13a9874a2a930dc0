// Computers that crash and come back, networks that part and heal, and finality that turns out not to be final.
#include "tests/core/ledger/chain_network.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::testing;

namespace {

std::int64_t count_answers(std::int64_t before, const NodeMessage& message) {
  return before + std::holds_alternative<CatchUpAnswer>(message);
}

ChainPlan plan_of(std::int64_t validators, std::int64_t rounds) {
  ChainPlan plan;
  plan.validators = validators;
  plan.members = 1;
  plan.rounds.rounds = rounds;
  return plan;
}

bool has_all(const ChainNetwork& network, std::int64_t node, const ChainPlan& plan, std::int64_t rounds) {
  const Ledger& ledger = network.node(node).ledger();
  for (std::uint32_t round = 0; round < rounds; ++round) {
    if (!ledger.includes(transaction_id(update(plan, 0, round).transaction), ledger.finalized()->hash())) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("a validator that crashed catches up from its peers, in batches where it missed much") {
  const ChainPlan plan = plan_of(5, 90);
  ChainNetwork network(plan);
  std::int64_t answers = 0;
  network.on_sent = [&](NodeId, NodeId to, const NodeMessage& message, double) {
    if (to == NodeId{4}) answers = count_answers(answers, message);
  };
  network.crash(NodeId{4}, 1.0);
  for (std::uint32_t round = 0; round < 90; ++round) network.submit(2.0 + 6.0 * round, NodeId{0}, update(plan, 0, round));
  network.restart(NodeId{4}, 600.0);
  network.run_until(599.0);
  CHECK(network.node(4).ledger().head()->header().height == 0);
  const std::uint64_t missed = network.node(0).ledger().head()->header().height;
  CHECK(missed > 128);
  network.run();
  CHECK(answers == static_cast<std::int64_t>(missed / 64 + 1));  // 64 blocks at a time
  CHECK(has_all(network, 4, plan, 90));
  CHECK(network.node(4).contract().ended());
  CHECK(network.agrees());
}

TEST_CASE("a crash loses the pool, what was under way, and nothing that is in a block") {
  const ChainPlan plan = plan_of(4, 2);
  ChainNetwork network(plan);
  network.submit(0.5, NodeId{0}, update(plan, 0, 0));
  network.run();
  network.submit(50.0, NodeId{3}, update(plan, 0, 1));
  network.call(50.05, [&](double) { CHECK(network.node(3).mempool().waiting() == 1); });
  network.crash(NodeId{3}, 50.06);
  network.restart(NodeId{3}, 50.07);
  network.call(50.08, [&](double) { CHECK(network.node(3).mempool().waiting() == 0); });
  network.submit(55.0, NodeId{3}, update(plan, 0, 0));  // on its disk: a replay
  network.run();
  CHECK(network.count("rejected transaction", "replayed_transaction") == 1);
  CHECK(network.agrees());
  CHECK(has_all(network, 3, plan, 2));  // the others had got it
}

TEST_CASE("who is down hears nothing and does nothing, and a second crash or restart changes nothing") {
  const ChainPlan plan = plan_of(4, 1);
  ChainNetwork network(plan);
  network.crash(NodeId{2}, 0.1);
  network.crash(NodeId{2}, 0.2);
  network.restart(NodeId{1}, 0.2);
  network.submit(0.5, NodeId{2}, update(plan, 0, 0));
  network.run();
  CHECK(network.seen_at.empty());
  CHECK(network.events.empty());
}

TEST_CASE("a node that alone missed the last block asks for it when finality does not come") {
  const ChainPlan plan = plan_of(4, 1);
  ChainNetwork network(plan);
  network.lost = [](NodeId, NodeId to, double at_s) { return to == NodeId{0} && at_s > 1.0 && at_s < 9.0; };
  network.submit(0.5, NodeId{0}, update(plan, 0, 0));
  network.run();
  CHECK(has_all(network, 0, plan, 1));
  CHECK(network.agrees());
}

TEST_CASE("two halves of a proof of work finalize apart, and the heavier half's chain replaces the other's, which is reported") {
  ChainPlan plan = plan_of(4, 6);
  plan.consensus.kind = "proof_of_work";
  plan.confirmations = 1;
  plan.rounds.rounds = 1;
  ChainNetwork network(plan);
  network.lost = [](NodeId from, NodeId to, double at_s) {
    return at_s > 10.0 && at_s < 100.0 && (from.value < 2) != (to.value < 2);
  };
  for (std::uint32_t round = 0; round < 6; ++round) {
    network.submit(15.0 + 10.0 * round, NodeId{static_cast<std::int32_t>(2 * (round % 2))}, update(plan, 0, round));
  }
  network.run_until(95.0);
  CHECK_FALSE(network.conflicting_heights().empty());
  CHECK(network.reversed.empty());
  network.run_until(200.0);
  CHECK_FALSE(network.reversed.empty());
  CHECK(network.count("final block reversed", "heavier_branch") == std::ssize(network.reversed));
  for (std::int64_t node = 0; node < 4; ++node) CHECK(has_all(network, node, plan, 6));  // the lost branch's too
  for (const auto& [seen, block] : network.reversed) {
    const Ledger& ledger = network.node(seen.node.value).ledger();
    CHECK(ledger.at_height(block->header().height)->hash() != block->hash());
  }
  for (std::int64_t node = 1; node < 4; ++node) {  // the contract follows the chain that is final now
    CHECK(network.node(node).contract().round() == network.node(0).contract().round());
  }
}
