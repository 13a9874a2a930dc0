#include "core/ledger/chain_node.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/error.hpp"
#include "tests/core/ledger/block_network.hpp"
#include "tests/core/ledger/chain_network.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::testing;

namespace {

// When the validator whose turn it is at `height` seals what reached validator 0 at `at_s`: when it knows it, and not before
// an interval after the block below.
double sealed_s(const ChainPlan& plan, std::int64_t height, double at_s, double parent_s) {
  const double known_s = at_s + (height % plan.validators == 0 ? 0.0 : plan.latency_s);
  return std::max(known_s, parent_s + plan.block_interval_s);
}

// When `node` sees final the block of `height` that was sealed then: half the validators confirm it, at intervals.
double final_s(const ChainPlan& plan, std::int64_t height, double sealed_at_s, std::int64_t node) {
  const std::int64_t confirmations = plan.validators / 2;
  const bool own = (height + confirmations) % plan.validators == node;
  return sealed_at_s + static_cast<double>(confirmations) * plan.block_interval_s + (own ? 0.0 : plan.latency_s);
}

}  // namespace

TEST_CASE("an update is sealed, confirmed and final at the times that follow from turns and latency, then silence") {
  for (std::int64_t n = 1; n <= 7; ++n) {
    ChainPlan plan;
    plan.validators = n;
    plan.members = 1;
    plan.rounds.rounds = 1;
    for (const double at_s : {0.0, 0.5, 3.95, 7.2}) {
      ChainNetwork network(plan);
      network.submit(at_s, NodeId{0}, update(plan, 0, 0));
      const double end_s = network.run();
      const double first_s = sealed_s(plan, 1, at_s, 0.0);
      const std::vector<BlockPointer> chain = network.chain(0);
      REQUIRE(chain.size() == 1);
      CHECK(chain[0]->header().time_s == doctest::Approx(first_s));
      CHECK(chain[0]->header().proposer == NodeId{static_cast<std::int32_t>(1 % n)});
      CHECK(std::ssize(network.final_at.at(chain[0]->hash())) == n);
      for (const ChainNetwork::Seen& seen : network.final_at.at(chain[0]->hash())) {
        CHECK(seen.at_s == doctest::Approx(final_s(plan, 1, first_s, seen.node.value)));
      }
      CHECK(std::ssize(network.node(0).ledger().blocks()) == 2 + n / 2);  // genesis, the update's, its confirmations
      CHECK(network.agrees());
      CHECK(end_s <= at_s + 25.0);  // the last timers ring in vain: nobody asks what became of the update
      CHECK(network.messages_sent == static_cast<std::uint64_t>((n - 1) * (2 + n / 2)));  // the update and the blocks
      CHECK(network.events.empty());
    }
  }
}

TEST_CASE("rounds follow one another in closed form") {
  for (std::int64_t n = 1; n <= 7; ++n) {
    ChainPlan plan;
    plan.validators = n;
    plan.members = 5;
    plan.rounds.rounds = 4;
    constexpr double training_s = 1.3;
    ChainNetwork network(plan);
    const auto submit_all = [&](double at_s, std::uint32_t round) {
      for (std::int32_t author = 0; author < plan.members; ++author) {
        network.submit(at_s + training_s, NodeId{0}, update(plan, author, round));
      }
    };
    network.on_closed = [&](NodeId node, const ClosedRound& closed, double at_s) {
      const bool more = closed.round + 1 < plan.rounds.rounds;
      if (node == NodeId{0} && more) submit_all(at_s, static_cast<std::uint32_t>(closed.round + 1));
    };
    submit_all(0.0, 0);
    network.run();
    double opened_s = 0.0, parent_s = 0.0;
    for (std::int64_t round = 0; round < plan.rounds.rounds; ++round) {
      const std::int64_t height = 1 + round * (1 + n / 2);
      const double closed_s = sealed_s(plan, height, opened_s + training_s, parent_s);
      const ClosedRound& closed = network.closed.at({NodeId{0}, round});
      CHECK(closed.closed_by->header().time_s == doctest::Approx(closed_s));
      CHECK(closed.updates.size() == 5);
      opened_s = final_s(plan, height, closed_s, 0);
      parent_s = closed_s + static_cast<double>(n / 2) * plan.block_interval_s;
    }
    CHECK(network.agrees());
    CHECK(network.node(n - 1).contract().ended());
    CHECK(network.events.empty());
  }
}

TEST_CASE("more confirmations make a block final later, at most by all others") {
  ChainPlan plan;
  plan.members = 1;
  plan.rounds.rounds = 1;
  plan.confirmations = 3;
  ChainNetwork network(plan);
  network.submit(0.5, NodeId{0}, update(plan, 0, 0));
  network.run();
  REQUIRE(network.chain(0).size() == 1);
  CHECK(network.final_at.at(network.chain(0).at(0)->hash()).front().at_s == 8.0);  // slots 1, then 2, 3, 4
}

TEST_CASE("a deadline closes a round without the missing participant, whose late update is rejected and reported") {
  ChainPlan plan;
  plan.rounds.rounds = 1;
  plan.rounds.min_updates = 2;
  plan.rounds.deadline_s = 10.0;
  ChainNetwork network(plan);
  network.submit(0.5, NodeId{0}, update(plan, 0, 0));
  network.submit(0.6, NodeId{1}, update(plan, 2, 0));
  network.submit(15.0, NodeId{2}, update(plan, 1, 0));
  network.run();
  // Sealed at 2 s, final at 6 s. Slot 5 begins at the deadline and is confirmed in 6 and 7: final at 14 s at validator 3.
  const ClosedRound& closed = network.closed.at({NodeId{3}, 0});
  CHECK(closed.closed_by->header().time_s == 10.0);
  CHECK(closed.closed_by->transactions().empty());
  CHECK(closed.updates.size() == 2);
  CHECK(network.final_at.at(closed.closed_by->hash()).front().at_s == 14.0);
  CHECK(network.closed.size() == 4);
  CHECK(network.count("rejected update", "round_closed") == 4);  // every validator says so
  CHECK(network.events.front().second.institution == InstitutionId{1});
  CHECK(network.agrees());
}

TEST_CASE("a deadline without quorum is silent, the update that completes it closes the round") {
  ChainPlan plan;
  plan.rounds.rounds = 1;
  plan.rounds.min_updates = 2;
  plan.rounds.deadline_s = 10.0;
  ChainNetwork network(plan);
  network.submit(0.5, NodeId{0}, update(plan, 0, 0));
  CHECK(network.run() < 14.0);
  network.submit(21.0, NodeId{0}, update(plan, 1, 0));
  network.run();
  CHECK(network.closed.at({NodeId{0}, 0}).closed_by->header().time_s == 21.0);  // an idle chain signs at once
  CHECK(network.node(0).contract().ended());
}

TEST_CASE("a deadline that passed while the quorum was not yet final is met by the blocks that made it so") {
  ChainPlan plan;
  plan.rounds.rounds = 1;
  plan.rounds.min_updates = 2;
  plan.rounds.deadline_s = 3.0;
  ChainNetwork network(plan);
  network.submit(0.5, NodeId{0}, update(plan, 0, 0));
  network.submit(0.5, NodeId{0}, update(plan, 1, 0));
  network.run();
  // Sealed at 2 s before the deadline; confirmed at 4 and 6 s, of which the first is past it; that is final at 8 s.
  CHECK(network.closed.at({NodeId{0}, 0}).closed_by->header().time_s == 4.0);
  CHECK(network.final_at.at(network.closed.at({NodeId{0}, 0}).closed_by->hash()).front().at_s == 8.0);
  CHECK(network.closed.size() == 4);
}

TEST_CASE("nothing false gets in, and each refusal has its name") {
  ChainPlan plan;
  plan.rounds.rounds = 1;
  plan.max_block_bytes = 1000;
  ChainNetwork network(plan);
  const Submission good = update(plan, 0, 0);
  network.submit(0.1, NodeId{0}, {good.transaction, update(plan, 0, 0, 1).payload});
  network.submit(0.1, NodeId{0}, {good.transaction, nullptr});
  Submission forged = good;
  forged.transaction.samples = 1'000'000;
  network.submit(0.1, NodeId{0}, forged);
  network.submit(0.1, NodeId{0}, update(plan, 99, 0));
  ChainPlan large = plan;
  large.payload_bytes = 1001;
  network.submit(0.1, NodeId{0}, update(large, 1, 0));
  network.submit(0.1, NodeId{0}, {good.transaction, update(large, 0, 0).payload});
  CHECK(network.run() == 0.1);
  CHECK(network.count("rejected transaction", "tampered_payload") == 3);
  CHECK(network.count("rejected transaction", "wrong_transaction_signature") == 1);
  CHECK(network.count("rejected transaction", "unknown_author") == 1);
  CHECK(network.count("rejected transaction", "block_too_large") == 1);
  CHECK(network.events.size() == 6);
  CHECK(network.node(0).ledger().blocks().size() == 1);
}

TEST_CASE("a replay is refused before and after its original is final") {
  ChainPlan plan;
  plan.rounds.rounds = 1;
  ChainNetwork network(plan);
  for (const double at_s : {0.1, 0.2, 30.0}) network.submit(at_s, NodeId{0}, update(plan, 0, 0));
  network.submit(31.0, NodeId{3}, update(plan, 0, 0));
  network.run();
  CHECK(network.count("rejected transaction", "replayed_transaction") == 3);
  CHECK(network.events.size() == 3);
  REQUIRE(network.chain(0).size() == 1);
  CHECK(network.chain(0).at(0)->transactions().size() == 1);
}

TEST_CASE("off the chain, a payload is neither needed nor counted") {
  ChainPlan plan;
  plan.members = 1;
  plan.rounds.rounds = 1;
  plan.payload_on_chain = false;
  plan.payload_bytes = 1'000'000;
  plan.max_block_bytes = 400;
  ChainNetwork network(plan);
  network.submit(0.1, NodeId{0}, update(plan, 0, 0));
  network.run();
  REQUIRE(network.closed.size() == 4);
  CHECK(network.chain(1).at(0)->bytes() == 180 + 197);
}

TEST_CASE("false blocks are refused and reported, blocks without a parent wait for it") {
  ChainPlan plan;
  plan.rounds.rounds = 1;
  ChainNetwork network(plan);
  const BlockPointer root = genesis(ChainId{0});
  const BlockPointer first = block_on(plan, *root, 2.0, 1, 2.0, {update(plan, 0, 0).transaction});
  const BlockPointer second = block_on(plan, *first, 4.0, 2, 2.0);
  const BlockPointer third = block_on(plan, *second, 6.0, 3, 2.0);
  network.lost = [](NodeId, NodeId, double) { return true; };
  network.deliver(6.1, NodeId{0}, BlockMessage{third});
  network.deliver(6.2, NodeId{0}, BlockMessage{second});
  network.deliver(6.3, NodeId{0}, BlockMessage{block_on(plan, *root, 2.0, 2, 2.0)});  // in turn is validator 1
  Header header = first->header();
  header.signature[5] ^= 1;
  const auto forged = std::make_shared<const Block>(header, first->transactions());
  network.deliver(6.4, NodeId{0}, BlockMessage{forged});
  network.run_until(6.5);
  CHECK(network.node(0).ledger().blocks().size() == 1);
  CHECK(network.count("rejected block", "wrong_difficulty") == 1);
  CHECK(network.count("rejected block", "wrong_block_signature") == 1);
  network.deliver(6.6, NodeId{0}, BlockMessage{first});
  network.deliver(6.7, NodeId{0}, BlockMessage{first});
  network.run_until(6.8);
  CHECK(network.node(0).ledger().head()->hash() == third->hash());
  CHECK(network.node(0).ledger().finalized()->hash() == first->hash());
  CHECK(network.events.size() == 2);
}

TEST_CASE("who gets a block without its parent asks the sender for what it has missed") {
  ChainPlan plan;
  ChainNode node(node_setups(plan).at(0));
  ChainNode peer(node_setups(plan).at(2));
  const BlockPointer first = block_on(plan, *genesis(ChainId{0}), 2.0, 1, 2.0);
  const BlockPointer second = block_on(plan, *first, 4.0, 2, 2.0);
  for (const BlockPointer& block : {first, second}) CHECK(peer.receive(NodeId{1}, BlockMessage{block}, 4.1).seen.size() == 1);
  const Effects orphan = node.receive(NodeId{2}, BlockMessage{second}, 4.1);
  REQUIRE(orphan.outgoing.size() == 1);
  CHECK(orphan.outgoing[0].to == NodeId{2});
  const Effects answer = peer.receive(NodeId{0}, orphan.outgoing[0].message, 4.2);
  REQUIRE(answer.outgoing.size() == 1);
  CHECK(answer.outgoing[0].to == NodeId{0});
  CHECK(std::get<CatchUpAnswer>(answer.outgoing[0].message).blocks.size() == 2);
  CHECK(node.receive(NodeId{2}, answer.outgoing[0].message, 4.3).seen.size() == 2);
  CHECK(node.ledger().head()->hash() == second->hash());
  // And who is asked from a block that it does not know asks back.
  ChainNode late(node_setups(plan).at(3));
  const Effects asks_back = late.receive(NodeId{2}, CatchUpRequest{block_locator(peer.ledger())}, 4.4);
  REQUIRE(asks_back.outgoing.size() == 2);
  CHECK(std::holds_alternative<CatchUpRequest>(asks_back.outgoing[1].message));
}

TEST_CASE("every act is charged") {
  ChainPlan plan;
  plan.members = 1;
  plan.rounds.rounds = 1;
  ChainNetwork network(plan);
  network.submit(0.1, NodeId{0}, update(plan, 0, 0));
  network.run();
  // Validator 1 seals the update (197 and 100 bytes), 2 and 3 confirm it with empty blocks of 180 bytes; 0 only listens.
  CHECK(network.work.at(0).signatures_verified == 1 + 3);
  CHECK(network.work.at(0).signatures_made == 0);
  CHECK(network.work.at(0).bytes_hashed == (197 + 100) + (180 + 197 + 100) + 2 * 180);
  CHECK(network.work.at(1).signatures_verified == 1 + 2);
  CHECK(network.work.at(1).signatures_made == 1);
  CHECK(network.work.at(1).bytes_hashed == (197 + 100) + (180 + 197) + 2 * 180);
}

TEST_CASE("a block's transactions that came with it alone are charged with it") {
  ChainPlan plan;
  plan.rounds.rounds = 1;
  ChainNetwork network(plan);
  const BlockPointer block = block_on(plan, *genesis(ChainId{0}), 2.0, 1, 2.0, {update(plan, 0, 0).transaction});
  network.deliver(2.1, NodeId{0}, BlockMessage{block});
  network.deliver(2.2, NodeId{0}, update(plan, 0, 0));  // too late to matter
  network.run_until(2.3);
  CHECK(network.work.at(0).signatures_verified == 2);  // the transaction and its block
  CHECK(network.events.empty());
}

TEST_CASE("a node refuses a setup that does not fit its chain") {
  ChainPlan plan;
  ChainNodeSetup setup;
  setup.chain = std::make_shared<const ChainRules>(chain_rules(plan));
  setup.rounds = std::make_shared<const RoundRules>(round_rules(plan));
  setup.consensus.validators = 3;
  CHECK_THROWS_AS(ChainNode{setup}, Error);
  setup.consensus.validators = 4;
  setup.consensus.rules.kind = "dice";
  CHECK_THROWS_AS(ChainNode{setup}, UsageError);
}
