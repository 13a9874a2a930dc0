// How transactions and blocks get from one chain node to all others, and what that costs.
#include <map>

#include "tests/core/ledger/chain_network.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::testing;

namespace {

struct Mode {
  std::int64_t fan_out;
  bool announce;
  bool compact;
};

std::vector<Mode> modes() {
  std::vector<Mode> all;
  for (const std::int64_t fan_out : {0, 2, 3, 5}) {
    for (const bool announce : {false, true}) {
      for (const bool compact : {false, true}) all.push_back({fan_out, announce, compact});
    }
  }
  return all;
}

ChainPlan plan_of(const Mode& mode, std::int64_t validators = 12) {
  ChainPlan plan;
  plan.validators = validators;
  plan.rounds.rounds = 3;
  plan.gossip.fan_out = mode.fan_out;
  plan.gossip.announce = mode.announce;
  plan.gossip.compact = mode.compact;
  plan.gossip.request_timeout_s = 1.0;
  plan.latency_s = 0.02;
  return plan;
}

// Counts what is sent, by kind.
struct Meter {
  explicit Meter(ChainNetwork& network) {
    network.on_sent = [this](NodeId, NodeId, const NodeMessage& message, double) { ++sent[message.index()]; };
  }
  template <class Kind>
  [[nodiscard]] std::int64_t of() {
    return sent[NodeMessage(Kind{}).index()];
  }
  std::map<std::size_t, std::int64_t> sent;
};

std::int64_t degrees(const ChainPlan& plan) {
  std::int64_t sum = 0;
  for (const auto& list : neighbours(plan.gossip, plan.validators)) sum += std::ssize(list);
  return sum;
}

void check_everywhere(const ChainNetwork& network, const std::vector<Submission>& submissions) {
  for (std::int64_t node = 0; node < network.size(); ++node) {
    const Ledger& ledger = network.node(node).ledger();
    for (const Submission& submission : submissions) {
      CHECK(ledger.includes(transaction_id(submission.transaction), ledger.finalized()->hash()));
    }
  }
  CHECK(network.agrees());
}

// Of a chain that makes no block for long.
ChainPlan waiting_plan(const Mode& mode) {
  ChainPlan plan = plan_of(mode);
  plan.block_interval_s = 1000.0;
  return plan;
}

// An empty block in turn at height 1, which asks for no confirmation.
BlockPointer first_block(const ChainPlan& plan) {
  Header header;
  header.chain = ChainId{0};
  header.height = 1;
  header.parent = genesis(ChainId{0})->hash();
  header.time_s = plan.block_interval_s;
  header.proposer = NodeId{1};
  header.difficulty = 2.0;
  return std::make_shared<const Block>(sign(describe(header, {}, true), validator_keys(NodeId{1})), std::vector<Transaction>{});
}

}  // namespace

TEST_CASE("in every mode everything gets everywhere, once in the chain") {
  for (const Mode& mode : modes()) {
    const ChainPlan plan = plan_of(mode);
    ChainNetwork network(plan);
    std::vector<Submission> submissions;
    for (std::uint32_t round = 0; round < 3; ++round) {
      for (std::int32_t author = 0; author < 3; ++author) {
        submissions.push_back(update(plan, author, round));
        network.submit(3.0 * round + 0.7 * author, NodeId{4 * author}, submissions.back());
      }
    }
    network.run();
    check_everywhere(network, submissions);
  }
}

TEST_CASE("in every mode lost messages delay, and lose nothing") {
  for (const Mode& mode : modes()) {
    const ChainPlan plan = plan_of(mode);
    Random random(Seed(7) / "loss" / mode.fan_out / mode.announce / mode.compact);
    ChainNetwork network(plan);
    network.lost = [&](NodeId, NodeId, double at_s) { return at_s < 40.0 && random.uniform() < 0.2; };
    std::vector<Submission> submissions;
    for (std::int32_t author = 0; author < 3; ++author) {
      submissions.push_back(update(plan, author, 0));
      for (const double at_s : {1.0, 15.0, 45.0}) {  // as a member does that does not see it final
        network.submit(at_s + author, NodeId{static_cast<std::int32_t>(at_s + author) % 12}, submissions.back());
      }
    }
    network.run();
    CHECK(network.messages_lost > 0);
    check_everywhere(network, submissions);
  }
}

TEST_CASE("with a fan-out of 0 the first to know tells everybody, and nobody else does") {
  const ChainPlan push = waiting_plan({0, false, false});
  ChainNetwork network(push);
  Meter meter(network);
  network.submit(1.0, NodeId{5}, update(push, 0, 0));
  network.run_until(3.0);
  CHECK(meter.of<Submission>() == 11);
  CHECK(network.messages_sent == 11);

  const ChainPlan announce = waiting_plan({0, true, false});
  ChainNetwork polite(announce);
  Meter polite_meter(polite);
  polite.submit(1.0, NodeId{5}, update(announce, 0, 0));
  polite.run_until(3.0);
  CHECK(polite_meter.of<Inventory>() == 11);
  CHECK(polite_meter.of<Request>() == 11);
  CHECK(polite_meter.of<Submission>() == 11);
  CHECK(polite.messages_sent == 33);
}

// Everybody tells all neighbours but the one that told it: the degrees' sum, less one for each but the first to know.
TEST_CASE("by gossip each tells all neighbours but its source, announced contents travel once to each") {
  for (const std::int64_t fan_out : {2, 3, 5, 8}) {
    const ChainPlan push = waiting_plan({fan_out, false, false});
    ChainNetwork network(push);
    Meter meter(network);
    network.submit(1.0, NodeId{5}, update(push, 0, 0));
    network.run_until(3.0);
    CHECK(meter.of<Submission>() == degrees(push) - 11);

    const ChainPlan announce = waiting_plan({fan_out, true, false});
    ChainNetwork polite(announce);
    Meter polite_meter(polite);
    polite.submit(1.0, NodeId{5}, update(announce, 0, 0));
    polite.run_until(3.0);
    CHECK(polite_meter.of<Inventory>() == degrees(announce) - 11);
    CHECK(polite_meter.of<Request>() == 11);
    CHECK(polite_meter.of<Submission>() == 11);
  }
}

TEST_CASE("blocks spread as transactions do, whole or compact") {
  for (const bool compact : {false, true}) {
    for (const bool announce : {false, true}) {
      const ChainPlan plan = plan_of({4, announce, compact});
      ChainNetwork network(plan);
      Meter meter(network);
      network.deliver(2.5, NodeId{5}, BlockMessage{first_block(plan)});
      network.run();
      const std::int64_t blocks = compact ? meter.of<CompactBlock>() : meter.of<BlockMessage>();
      CHECK(blocks == (announce ? 11 : degrees(plan) - 11));
      CHECK(meter.of<Request>() == (announce ? 11 : 0));
      CHECK(network.seen_at.at(first_block(plan)->hash()).size() == 12);
      CHECK(static_cast<std::int64_t>(network.messages_sent) == blocks + meter.of<Inventory>() + meter.of<Request>());
    }
  }
}

TEST_CASE("who lacks transactions of a compact block asks for them, and has the block only then") {
  ChainPlan plan = plan_of({0, false, true}, 4);
  ChainNetwork network(plan);
  Meter meter(network);
  network.lost = [](NodeId, NodeId to, double at_s) { return to == NodeId{3} && at_s < 1.0; };
  network.submit(0.5, NodeId{0}, update(plan, 0, 0));
  network.submit(0.6, NodeId{0}, update(plan, 1, 0));
  network.run();
  const BlockPointer block = network.chain(0).at(0);
  CHECK(block->transactions().size() == 2);
  for (const ChainNetwork::Seen& seen : network.seen_at.at(block->hash())) {
    const double hops = seen.node == block->header().proposer ? 0.0 : seen.node == NodeId{3} ? 3.0 : 1.0;
    CHECK(seen.at_s == doctest::Approx(block->header().time_s + hops * plan.latency_s));
  }
  CHECK(meter.of<Request>() == 1);
  CHECK(meter.of<Submission>() == 2 * 3 + 2);  // two to everybody, then two to validator 3
  CHECK(meter.of<BlockMessage>() == 0);
  CHECK(network.agrees());
}

TEST_CASE("a payload that the asked one has not got itself travels in the whole block") {
  const ChainPlan plan = plan_of({0, false, true}, 4);
  ChainNode node(node_setups(plan).at(0));
  const Submission submission = update(plan, 0, 0);
  const Digest id = transaction_id(submission.transaction);
  Header header = first_block(plan)->header();
  header = sign(describe(header, {submission.transaction}, true), validator_keys(NodeId{1}));
  const auto block = std::make_shared<const Block>(header, std::vector{submission.transaction});
  CHECK(node.receive(NodeId{1}, BlockMessage{block}, 2.1).seen.size() == 1);
  const Effects effects = node.receive(NodeId{2}, Request{{block->hash()}, {id}}, 2.2);
  REQUIRE(effects.outgoing.size() == 1);
  CHECK(std::holds_alternative<BlockMessage>(effects.outgoing[0].message));
  const Effects compact = node.receive(NodeId{2}, Request{{block->hash()}, {}}, 2.3);
  REQUIRE(compact.outgoing.size() == 1);
  CHECK(std::holds_alternative<CompactBlock>(compact.outgoing[0].message));
  CHECK(node.receive(NodeId{2}, Request{{}, {id}}, 2.4).outgoing.empty());
  CHECK(node.receive(NodeId{2}, Request{{Digest{}}, {Digest{}}}, 2.5).outgoing.empty());
}

TEST_CASE("who does not answer in time is passed over for the next who has it, until nobody is asked any more") {
  const ChainPlan plan = waiting_plan({3, true, false});
  ChainNode node(node_setups(plan).at(0));
  const Digest wanted = transaction_id(update(plan, 0, 0).transaction);
  const auto first = node.receive(NodeId{4}, Inventory{{}, {wanted}}, 1.0);
  REQUIRE(first.outgoing.size() == 1);
  CHECK(first.outgoing[0].to == NodeId{4});
  CHECK(node.receive(NodeId{7}, Inventory{{}, {wanted}}, 1.1).outgoing.empty());
  REQUIRE(first.timers.size() == 1);
  std::vector<std::int32_t> asked;
  SetTimer timer = first.timers[0];
  CHECK(timer.at_s == 2.0);
  for (int rings = 0; rings < 50; ++rings) {
    const Effects effects = node.fire(timer.id, timer.at_s);
    for (const Outgoing& outgoing : effects.outgoing) asked.push_back(outgoing.to.value);
    if (effects.timers.empty()) break;
    timer = effects.timers[0];
  }
  CHECK(asked == std::vector<std::int32_t>{7, 4, 7, 4, 7, 4, 7});
  CHECK(timer.at_s == 1.0 + 255.0);  // 1 + 2 + 4 ... + 128 seconds later
}

TEST_CASE("what comes twice is passed over in silence") {
  const ChainPlan plan = plan_of({3, false, false});
  ChainNode node(node_setups(plan).at(0));
  const BlockPointer block = first_block(plan);
  CHECK(node.receive(NodeId{4}, BlockMessage{block}, 2.1).seen.size() == 1);
  const Submission submission = update(plan, 0, 0);
  CHECK_FALSE(node.receive(NodeId{4}, submission, 2.2).outgoing.empty());
  for (const NodeMessage& again : {NodeMessage(BlockMessage{block}), NodeMessage(CompactBlock{block}), NodeMessage(submission),
                                   NodeMessage(Inventory{{block->hash()}, {transaction_id(submission.transaction)}})}) {
    const Effects effects = node.receive(NodeId{5}, again, 2.3);
    CHECK(effects.outgoing.empty());
    CHECK(effects.events.empty());
    CHECK(effects.work.signatures_verified == 0);
  }
}

TEST_CASE("a full pool refuses, and its node does not pass on, the block brings it anyway") {
  ChainPlan plan = plan_of({0, false, false}, 4);
  plan.mempool.transactions = 1;
  ChainNetwork network(plan);
  network.submit(0.1, NodeId{0}, update(plan, 0, 0));
  network.submit(0.2, NodeId{1}, update(plan, 1, 0));
  network.submit(30.0, NodeId{1}, update(plan, 1, 0));
  network.run();
  CHECK(network.count("rejected transaction", "mempool_full") == 1);
  check_everywhere(network, {update(plan, 0, 0), update(plan, 1, 0)});
}
