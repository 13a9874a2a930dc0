// Raft among nodes: latencies by closed forms, elections, logs that conflict, and random schedules.
#include "core/ledger/raft.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "core/base/error.hpp"
#include "core/ledger/proposing.hpp"
#include "core/ledger/raft_messages.hpp"
#include "tests/core/ledger/chain_network.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::testing;

namespace {

constexpr double delay_s = 0.01;
constexpr double interval_s = 2.0;
constexpr double timeout_s = 1.0;

ChainPlan plan_of(std::int64_t validators, std::uint64_t seed = 11) {
  ChainPlan plan;
  plan.validators = validators;
  plan.members = 6;
  plan.rounds.rounds = 1;
  plan.latency_s = delay_s;
  plan.block_interval_s = interval_s;
  plan.consensus.kind = "raft";
  plan.consensus.timeout_s = timeout_s;
  plan.seed = seed;
  return plan;
}

template <class Kind>
const Kind* as(const NodeMessage& message) {
  const auto* pointer = std::get_if<ConsensusMessagePointer>(&message);
  return pointer ? dynamic_cast<const Kind*>(pointer->get()) : nullptr;
}

// Of the last election so far.
NodeId leader(const ChainNetwork& network) {
  NodeId elected;
  for (const auto& [seen, event] : network.events) {
    if (event.kind == "election") elected = seen.node;
  }
  return elected;
}

std::vector<double> elections_s(const ChainNetwork& network) {
  std::vector<double> dates;
  for (const auto& [seen, event] : network.events) {
    if (event.kind == "election") dates.push_back(seen.at_s);
  }
  return dates;
}

double final_s(const ChainNetwork& network, const Block& block, NodeId node) {
  for (const ChainNetwork::Seen& seen : network.final_at.at(block.hash())) {
    if (seen.node == node) return seen.at_s;
  }
  return std::nan("");
}

// Node 0 of five, alone with its ledger.
struct Fixture {
  Fixture() {
    setup.self = NodeId{0};
    setup.validators = 5;
    setup.keys = validator_keys(setup.self);
    setup.rules.kind = "raft";
    setup.rules.timeout_s = timeout_s;
    consensus = make_consensus(setup);
    start();
  }

  [[nodiscard]] ConsensusView view() const { return {ledger, mempool, std::numeric_limits<double>::infinity()}; }
  void start() { (void)consensus->on_start(view(), at_s); }
  Actions hear(std::int32_t from, const ConsensusMessage& message) {
    return consensus->on_message(view(), NodeId{from}, message, at_s);
  }
  [[nodiscard]] bool grants(std::int32_t candidate, std::uint64_t term, std::uint64_t last_height,
                            std::uint64_t last_term) {
    for (const Action& action : hear(candidate, raft::VoteRequest(term, last_height, last_term))) {
      const auto* send = std::get_if<Send>(&action);
      const auto* reply = send ? dynamic_cast<const raft::VoteReply*>(send->message.get()) : nullptr;
      if (reply) return reply->granted;
    }
    return false;
  }
  void accept(std::int32_t from, std::uint64_t term, const Block& previous, std::vector<BlockPointer> blocks) {
    (void)hear(from, raft::AppendEntries(term, previous.header().height, previous.hash(), std::move(blocks), 0));
  }
  [[nodiscard]] BlockPointer entry(const Block& parent, std::int32_t proposer, std::uint64_t term) const {
    return make_block(ledger.rules(), parent, NodeId{proposer}, term, parent.header().time_s + 1.0, {},
                      validator_keys(NodeId{proposer}));
  }

  ChainPlan plan = plan_of(5);
  Ledger ledger{std::make_shared<const ChainRules>(chain_rules(plan))};
  Mempool mempool{std::make_shared<const ChainRules>(chain_rules(plan))};
  ConsensusSetup setup;
  std::unique_ptr<Consensus> consensus;
  double at_s = 10.0;
};

std::size_t transactions_at(const ChainNetwork& network, std::int64_t node) {
  std::size_t sum = 0;
  for (const BlockPointer& block : network.chain(node)) sum += block->transactions().size();
  return sum;
}

}  // namespace

// The entry arrives after d, its acknowledgements after 2 d: the leader has a majority and says so, which takes another d. Alone it
// is its own majority.
TEST_CASE("a block is final at the leader after two delays, at the others after three") {
  for (const std::int64_t n : {1, 2, 3, 4, 5, 7}) {
    const ChainPlan plan = plan_of(n);
    ChainNetwork network(plan);
    network.run_until(5.0);
    const NodeId elected = leader(network);
    REQUIRE(elected.value >= 0);
    network.submit(5.0, elected, update(plan, 0, 0));
    network.run_until(8.0);
    for (std::int32_t node = 0; node < n; ++node) {
      REQUIRE(network.chain(node).size() == 1);
      const double steps = n == 1 ? 0.0 : NodeId{node} == elected ? 2.0 : 3.0;
      CHECK(final_s(network, *network.chain(node).front(), NodeId{node}) == doctest::Approx(5.0 + steps * delay_s));
    }
    CHECK(network.chain(0).front()->header().view == 1);
    CHECK(network.chain(0).front()->header().proposer == elected);
    CHECK(verify_ledger(network.exported(0, true)).problems.empty());
  }
}

// Timeouts lie in [T, 2 T); a candidate that wins hears so after 2 d.
TEST_CASE("a leader is elected within two timeouts, and again after its crash") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    ChainNetwork network(plan_of(5, seed));
    network.run_until(20.0);
    const std::vector<double> first = elections_s(network);
    REQUIRE(!first.empty());
    CHECK(first.front() >= timeout_s + 2.0 * delay_s);
    const NodeId old_leader = leader(network);
    const std::size_t before = first.size();
    CHECK(before <= 3);  // a split vote costs a term
    network.crash(old_leader, 20.0);
    network.run_until(30.0);
    const std::vector<double> dates = elections_s(network);
    REQUIRE(dates.size() > before);
    // The last heartbeat may have been sent up to a tenth of a timeout before, and arrived a delay later.
    CHECK(dates[before] >= 20.0 - timeout_s / 10.0 + delay_s + timeout_s);
    CHECK(leader(network) != old_leader);
    network.restart(old_leader, 30.0);
    network.submit(31.0, NodeId{0}, update(plan_of(5), 0, 0));
    network.run_until(40.0);
    CHECK(transactions_at(network, old_leader.value) == 1);
    CHECK(network.agrees());
  }
}

TEST_CASE("an idle chain costs a small message to each node, and back, every tenth of a timeout") {
  ChainNetwork network(plan_of(5));
  network.run_until(5.0);
  const std::uint64_t before = network.messages_sent;
  network.on_sent = [&](NodeId, NodeId, const NodeMessage& message, double) {
    CHECK(std::get<ConsensusMessagePointer>(message)->bytes() <= 100);
    CHECK(std::get<ConsensusMessagePointer>(message)->signatures() == 0);
  };
  network.run_until(15.0);
  CHECK(static_cast<double>(network.messages_sent - before) == doctest::Approx(2.0 * 4.0 * 10.0 * 10.0).epsilon(0.03));
}

TEST_CASE("blocks keep their interval, and a deadline brings an empty one") {
  ChainPlan plan = plan_of(3);
  plan.rounds.deadline_s = 30.0;
  plan.rounds.min_updates = 1;
  ChainNetwork network(plan);
  network.run_until(5.0);
  network.submit(5.0, leader(network), update(plan, 0, 0));
  network.submit(5.5, leader(network), update(plan, 1, 0));
  network.run_until(60.0);
  const std::vector<BlockPointer> chain = network.chain(1);
  REQUIRE(chain.size() == 3);
  CHECK(chain[0]->header().time_s == 5.0);
  CHECK(chain[1]->header().time_s == 7.0);
  CHECK(chain[2]->header().time_s == 30.0);
}

// The leader crashes when a follower, but no majority, has its block. Who has it is elected (the other's log is behind), and
// commits it with an empty block of its own term on top.
TEST_CASE("an entry of a crashed leader is committed under the next one's") {
  int elected = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const ChainPlan plan = plan_of(5, seed);
    ChainNetwork network(plan);
    network.run_until(10.0);
    const NodeId old_leader = leader(network);
    const NodeId witness{(old_leader.value + 1) % 5};
    network.lost = [&](NodeId from, NodeId to, double at_s) { return at_s >= 10.0 && from == old_leader && to != witness; };
    network.submit(10.0, old_leader, update(plan, 0, 0));
    network.crash(old_leader, 10.0 + 1.5 * delay_s);
    network.run_until(30.0);
    const NodeId next = leader(network);
    CHECK(next != old_leader);
    if (next != witness) continue;  // the others can elect one of themselves: then the block is gone
    ++elected;
    REQUIRE(network.chain(witness.value).size() >= 2);
    CHECK(network.chain(witness.value)[0]->header().proposer == old_leader);
    CHECK(network.chain(witness.value)[1]->transactions().empty());
    CHECK(network.chain(witness.value)[1]->header().proposer == witness);
    CHECK(network.agrees());
  }
  CHECK(elected > 0);
  CHECK(elected < 10);
}

// A leader that is cut off goes on putting entries into its log; when it is back they are cut off in turn.
TEST_CASE("entries that conflict with the majority's are cut off") {
  const ChainPlan plan = plan_of(5);
  ChainNetwork network(plan);
  network.run_until(5.0);
  const NodeId old_leader = leader(network);
  bool cut = true;
  network.lost = [&](NodeId from, NodeId to, double) { return cut && (from == old_leader || to == old_leader); };
  network.submit(5.0, old_leader, update(plan, 0, 0));
  network.run_until(15.0);
  CHECK(network.final_at.empty());
  const NodeId new_leader = leader(network);
  CHECK(new_leader != old_leader);
  network.submit(15.0, new_leader, update(plan, 1, 0));
  network.run_until(20.0);
  CHECK(transactions_at(network, new_leader.value) == 1);
  cut = false;
  network.submit(25.0, old_leader, update(plan, 0, 0));  // its block is gone, the update is not
  network.run_until(40.0);
  CHECK(network.agrees());
  for (std::int64_t node = 0; node < 5; ++node) CHECK(transactions_at(network, node) == 2);
}

TEST_CASE("a node votes once a term, through a crash too, and for nobody whose log is behind its own") {
  Fixture fixture;
  CHECK(fixture.grants(1, 1, 0, 0));
  CHECK_FALSE(fixture.grants(2, 1, 5, 1));
  fixture.start();
  CHECK_FALSE(fixture.grants(2, 1, 5, 1));
  CHECK(fixture.grants(1, 1, 0, 0));  // its answer may have been lost
  const BlockPointer first = fixture.entry(*fixture.ledger.head(), 1, 1);
  const BlockPointer second = fixture.entry(*first, 1, 1);
  fixture.accept(1, 1, *fixture.ledger.head(), {first, second});
  fixture.start();
  CHECK_FALSE(fixture.grants(2, 2, 1, 1));  // shorter
  CHECK(fixture.grants(3, 2, 2, 1));
  fixture.accept(3, 2, *first, {fixture.entry(*first, 3, 2)});
  CHECK_FALSE(fixture.grants(2, 3, 9, 1));  // longer, but of an older term
  CHECK(fixture.grants(2, 4, 2, 2));
}

// Figure 8 of the paper: that a majority has an entry of an older term does not make it committed.
TEST_CASE("a leader commits entries of its own term only, and the older ones with them") {
  Fixture fixture;
  const BlockPointer old = fixture.entry(*fixture.ledger.head(), 1, 1);
  fixture.accept(1, 1, *fixture.ledger.head(), {old});
  fixture.at_s = 20.0;
  CHECK(fixture.consensus->on_timer(fixture.view(), 0, fixture.at_s).size() >= 2);  // a candidate of term 2
  const auto finalized = [](const Actions& actions) {
    for (const Action& action : actions) {
      if (const auto* finalize = std::get_if<Finalize>(&action)) return std::optional(finalize->block);
    }
    return std::optional<Digest>();
  };
  CHECK_FALSE(finalized(fixture.hear(1, raft::VoteReply(2, true))));
  const Actions elected = fixture.hear(2, raft::VoteReply(2, true));
  CHECK(std::ranges::count_if(elected, [](const Action& action) { return std::holds_alternative<Notice>(action); }) == 1);
  for (const std::int32_t follower : {1, 2, 3, 4}) {
    CHECK_FALSE(finalized(fixture.hear(follower, raft::AppendReply(2, true, 1))));
  }
  CHECK_FALSE(finalized(fixture.hear(1, raft::AppendReply(2, true, 2))));
  CHECK_FALSE(finalized(fixture.hear(1, raft::AppendReply(2, true, 2))));  // the same follower
  const Actions committed = fixture.hear(2, raft::AppendReply(2, true, 2));
  REQUIRE(finalized(committed));
  CHECK(std::get<Append>(committed.at(0)).block->hash() == old->hash());
  CHECK(std::get<Append>(committed.at(1)).block->header().view == 2);
  CHECK(*finalized(committed) == std::get<Append>(committed.at(1)).block->hash());
}

TEST_CASE("terms do not fall, and each has one leader") {
  ConsensusSetup setup;
  setup.validators = 3;
  setup.rules.kind = "raft";
  const std::unique_ptr<Consensus> judge = make_consensus(setup);
  const ChainPlan plan = plan_of(3);
  Ledger ledger(std::make_shared<const ChainRules>(chain_rules(plan)));
  const auto header_of = [&](std::int32_t proposer, std::uint64_t term) {
    Header header;
    header.chain = ChainId{0};
    header.height = ledger.head()->header().height + 1;
    header.parent = ledger.head()->hash();
    header.time_s = ledger.head()->header().time_s + 1.0;
    header.proposer = NodeId{proposer};
    header.view = term;
    return header;
  };
  CHECK(judge->check(ledger, header_of(1, 0)).reason == Rejection::wrong_turn);
  CHECK(judge->check(ledger, header_of(1, 3)).accepted());
  const Header first = sign(describe(header_of(1, 3), {}, true), validator_keys(NodeId{1}));
  REQUIRE(ledger.append(std::make_shared<const Block>(first, std::vector<Transaction>{})).accepted());
  CHECK(judge->check(ledger, header_of(1, 3)).accepted());
  CHECK(judge->check(ledger, header_of(2, 4)).accepted());
  CHECK(judge->check(ledger, header_of(2, 3)).reason == Rejection::wrong_turn);
  CHECK(judge->check(ledger, header_of(1, 2)).reason == Rejection::wrong_turn);
  CHECK(judge->proves_finality(*judge->finality_proof(sha256(encode(first))), first));
  CHECK_FALSE(judge->proves_finality(*judge->finality_proof(first.parent), first));
  setup.rules.timeout_s = -1.0;
  CHECK_THROWS_AS(make_consensus(setup), UsageError);
  setup.rules.timeout_s = 0.0;
  setup.validators = 0;
  CHECK_THROWS_AS(make_consensus(setup), UsageError);
}

// Up to 60 s: messages of up to 1.5 timeouts, a tenth of them lost, nodes that come and go, a partition. Then all is well.
TEST_CASE("random schedules never give two final blocks at one height, and the chain goes on after them") {
  for (std::uint64_t seed = 0; seed < 25; ++seed) {
    CAPTURE(seed);
    ChainPlan plan = plan_of(3 + static_cast<std::int64_t>(seed % 3), seed);
    plan.members = 12;
    ChainNetwork network(plan);
    Random random(Seed(seed) / "schedule");
    const auto any = [&] {
      return NodeId{static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(plan.validators)))};
    };
    double now_s = 0.0;
    const double parted_s = random.uniform(0.0, 40.0);
    const double worst_s = seed % 2 == 0 ? 1.5 : 0.1;
    network.latency_s = [&](NodeId, NodeId, std::uint64_t) {
      return now_s < 60.0 ? random.uniform(0.0, worst_s) : delay_s;
    };
    network.lost = [&](NodeId from, NodeId to, double at_s) {
      now_s = at_s;
      const bool parted = at_s > parted_s && at_s < parted_s + 20.0 && from.value % 2 != to.value % 2;
      return at_s < 60.0 && (parted || random.uniform() < 0.1);
    };
    for (int i = 0; i < 8; ++i) {
      const NodeId node = any();
      const double at_s = random.uniform(0.0, 50.0);
      network.crash(node, at_s);
      network.restart(node, at_s + random.uniform(0.5, 10.0));
    }
    for (std::int32_t i = 0; i < 12; ++i) {
      network.submit(random.uniform(0.0, 55.0), any(), update(plan, i, 0));
      network.submit(70.0 + i, NodeId{0}, update(plan, i, 0));  // in case it was lost
    }
    network.run_until(120.0);
    CHECK(network.conflicting_heights().empty());
    CHECK(network.agrees());
    for (std::int64_t node = 0; node < plan.validators; ++node) CHECK(transactions_at(network, node) == 12);
  }
}
