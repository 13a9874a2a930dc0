// IBFT 2.0 among validators: latencies and message counts by closed forms, crashes, losses, and random schedules.
#include "core/ledger/pbft.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/error.hpp"
#include "core/ledger/pbft_state.hpp"
#include "tests/core/ledger/chain_network.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::testing;

namespace {

constexpr double delay_s = 0.1;
constexpr double interval_s = 2.0;

ChainPlan plan_of(std::int64_t validators, double timeout_s = 1.0) {
  ChainPlan plan;
  plan.validators = validators;
  plan.members = 1;
  plan.rounds.rounds = 1;
  plan.latency_s = delay_s;
  plan.block_interval_s = interval_s;
  plan.consensus.kind = "pbft";
  plan.consensus.timeout_s = timeout_s;
  return plan;
}

template <class Kind>
const Kind* as(const NodeMessage& message) {
  const auto* pointer = std::get_if<ConsensusMessagePointer>(&message);
  return pointer ? dynamic_cast<const Kind*>(pointer->get()) : nullptr;
}

// Of the only block of the chain at `node`.
double final_s(const ChainNetwork& network, std::int64_t node) {
  const std::vector<BlockPointer> chain = network.chain(node);
  if (chain.size() != 1) return std::nan("");
  for (const ChainNetwork::Seen& seen : network.final_at.at(chain.front()->hash())) {
    if (seen.node.value == node) return seen.at_s;
  }
  return std::nan("");
}

// From the proposal: it arrives after d, its prepares after 2 d, the commits for those after 3 d. Where two votes are a quorum
// a validator has the proposer's and its own with the proposal, and commits at once: of three, each hears the commit of
// another after 2 d. Of two, the proposer hears the other's prepare and commit after 2 d, and the other hears the
// proposer's commit after 3 d.
double steps(std::int64_t validators, bool is_proposer) {
  if (validators == 1) return 0.0;
  if (validators == 2) return is_proposer ? 2.0 : 3.0;
  return validators == 3 ? 2.0 : 3.0;
}

// What travels while a predicate says so is lost.
void lose(ChainNetwork& network, std::function<bool(NodeId, NodeId, const NodeMessage&)> is_lost) {
  auto last = std::make_shared<bool>(false);
  network.on_sent = [last, is_lost](NodeId from, NodeId to, const NodeMessage& message, double) {
    *last = is_lost(from, to, message);
  };
  network.lost = [last](NodeId, NodeId, double) { return *last; };
}

}  // namespace

TEST_CASE("quorums meet in an honest validator, and the honest ones are a quorum") {
  for (std::int64_t n = 1; n <= 200; ++n) {
    const std::int64_t f = pbft::tolerated_faults(n);
    CHECK(f == static_cast<std::int64_t>(std::ceil(static_cast<double>(n) / 3.0)) - 1);
    CHECK(pbft::quorum(n) == static_cast<std::int64_t>(std::ceil(2.0 * static_cast<double>(n) / 3.0)));
    CHECK(2 * pbft::quorum(n) - n > f);
    CHECK(n - f >= pbft::quorum(n));
  }
}

TEST_CASE("a block is final three delays after its proposal, and then the chain is silent") {
  for (const std::int64_t n : {1, 2, 3, 4, 7, 10}) {
    ChainNetwork network(plan_of(n));
    network.submit(10.0, NodeId{0}, update(plan_of(n), 0, 0));
    double last_sent_s = 0.0;
    network.on_sent = [&](NodeId, NodeId, const NodeMessage&, double at_s) { last_sent_s = at_s; };
    network.run();
    CHECK(last_sent_s < 10.0 + 4.5 * delay_s);
    const std::int64_t proposer = 1 % n;
    const double proposed_s = proposer == 0 ? 10.0 : 10.0 + delay_s;
    for (std::int64_t node = 0; node < n; ++node) {
      CAPTURE(n);
      CAPTURE(node);
      REQUIRE(network.chain(node).size() == 1);
      CHECK(network.chain(node).front()->header().time_s == doctest::Approx(proposed_s));
      CHECK(final_s(network, node) == doctest::Approx(proposed_s + steps(n, node == proposer) * delay_s));
    }
    CHECK(network.events.empty());
  }
}

// n - 1 proposals, (n - 1)^2 prepares (the proposer's is its proposal), n (n - 1) commits: 8,064 for 64.
TEST_CASE("a block takes two n times n - 1 messages") {
  for (const std::int64_t n : {4, 7, 64}) {
    ChainNetwork network(plan_of(n));
    std::int64_t proposals = 0, prepares = 0, commits = 0, others = 0;
    network.on_sent = [&](NodeId, NodeId, const NodeMessage& message, double) {
      if (!std::holds_alternative<ConsensusMessagePointer>(message)) return;
      const auto* vote = as<pbft::Vote>(message);
      if (vote) CHECK(vote->bytes() == 116);
      ++(as<pbft::Proposal>(message)           ? proposals
         : !vote                               ? others
         : vote->phase == pbft::Phase::prepare ? prepares
                                               : commits);
    };
    network.submit(10.0, NodeId{0}, update(plan_of(n), 0, 0));
    network.run();
    CHECK(proposals == n - 1);
    CHECK(prepares == (n - 1) * (n - 1));
    CHECK(commits == n * (n - 1));
    CHECK(others == 0);
    if (n == 64) CHECK(proposals + prepares + commits == 8064);
  }
}

// All know at 0.6 s that something is wanted at 2 s. Their timers end together after 1, 2, 4 ... timeouts; the round changes, the
// proposal, prepares and commits of the first live proposer take a delay each.
TEST_CASE("crashed proposers cost the sum of their timeouts, which double") {
  for (std::int64_t f = 1; f <= 4; ++f) {
    const std::int64_t n = 3 * f + 1;
    for (const double timeout_s : {1.0, 2.5}) {
      ChainNetwork network(plan_of(n, timeout_s));
      for (std::int32_t i = 1; i <= f; ++i) network.crash(NodeId{i}, 0.1);
      network.submit(0.5, NodeId{0}, update(plan_of(n), 0, 0));
      network.run();
      const double expected_s = interval_s + (std::pow(2.0, static_cast<double>(f)) - 1.0) * timeout_s + 4.0 * delay_s;
      CHECK(final_s(network, 0) == doctest::Approx(expected_s));
      CHECK(final_s(network, n - 1) == doctest::Approx(expected_s));
      REQUIRE(network.chain(0).size() == 1);
      CHECK(network.chain(0).front()->header().view == static_cast<std::uint64_t>(f));
      CHECK(network.chain(0).front()->header().proposer.value == f + 1);
      CHECK(network.count("round_change", "timeout") == f * (n - f));
    }
  }
}

TEST_CASE("without a timeout of its own a round lasts two intervals, at least a second") {
  for (const double interval : {0.1, 2.0}) {
    ChainPlan plan = plan_of(4, 0.0);
    plan.block_interval_s = interval;
    ChainNetwork network(plan);
    network.crash(NodeId{1}, 0.0);
    network.submit(5.0, NodeId{0}, update(plan, 0, 0));
    network.run();
    // Validators 2 and 3 know a delay later than 0, and are needed.
    CHECK(final_s(network, 0) == doctest::Approx(5.0 + delay_s + std::max(1.0, 2.0 * interval) + 4.0 * delay_s));
  }
}

TEST_CASE("more crashes than tolerated stop the chain, and it goes on when enough are back") {
  ChainNetwork network(plan_of(4));
  network.crash(NodeId{1}, 0.0);
  network.crash(NodeId{2}, 0.0);
  network.submit(0.5, NodeId{0}, update(plan_of(4), 0, 0));
  network.run_until(100.0);
  CHECK(network.final_at.empty());
  network.restart(NodeId{2}, 100.0);
  network.run_until(110.0);
  CHECK(network.chain(0).size() == 1);
  CHECK(network.chain(2).size() == 1);
}

TEST_CASE("blocks keep their interval, and a deadline brings an empty one") {
  ChainPlan plan = plan_of(4);
  plan.members = 3;
  plan.rounds.deadline_s = 30.0;
  plan.rounds.min_updates = 1;
  ChainNetwork network(plan);
  network.submit(1.0, NodeId{0}, update(plan, 0, 0));
  network.submit(2.05, NodeId{0}, update(plan, 1, 0));
  network.run();
  const std::vector<BlockPointer> chain = network.chain(2);
  REQUIRE(chain.size() == 3);
  CHECK(chain[0]->header().time_s == 2.0);
  CHECK(chain[1]->header().time_s == 4.0);
  CHECK(chain[2]->header().time_s == 30.0);
  CHECK(chain[2]->transactions().empty());
  CHECK(chain[2]->header().proposer == NodeId{3});
  CHECK(network.agrees());
}

// Everybody has prepared the block of round 0 when all commits get lost: validator 2 must propose it again, and it stays the
// block of validator 1.
TEST_CASE("a prepared block is proposed again and stays what it was") {
  ChainNetwork network(plan_of(4));
  std::uint64_t bytes = 0;
  std::vector<Digest> proposed;
  lose(network, [&](NodeId, NodeId, const NodeMessage& message) {
    if (const auto* change = as<pbft::RoundChange>(message)) bytes = change->bytes();
    if (const auto* proposal = as<pbft::Proposal>(message)) proposed.push_back(proposal->block->hash());
    const auto* vote = as<pbft::Vote>(message);
    return vote && vote->phase == pbft::Phase::commit && vote->round == 0;
  });
  network.submit(0.5, NodeId{0}, update(plan_of(4), 0, 0));
  network.run();
  CHECK(final_s(network, 3) == doctest::Approx(interval_s + 1.0 + 4.0 * delay_s));
  REQUIRE(network.chain(0).size() == 1);
  const Block& block = *network.chain(0).front();
  CHECK(block.header().view == 0);
  CHECK(block.header().proposer == NodeId{1});
  CHECK(std::ranges::count(proposed, block.hash()) == 6);
  // Kind, sender, height, round, a flag and a signature; the votes of a quorum, and the block.
  CHECK(bytes == 4 + 4 + 8 + 8 + 1 + 64 + 3 * 116 + block.bytes());
}

// They crash when the commits are on their way. The mempools are gone, but each has the block it stood behind on disk.
TEST_CASE("votes survive a crash of everybody") {
  ChainNetwork network(plan_of(4));
  network.submit(0.5, NodeId{0}, update(plan_of(4), 0, 0));
  Digest proposed;
  network.on_sent = [&](NodeId, NodeId, const NodeMessage& message, double at_s) {
    if (const auto* proposal = as<pbft::Proposal>(message); proposal && at_s < 3.0) proposed = proposal->block->hash();
  };
  for (std::int32_t i = 0; i < 4; ++i) {
    network.crash(NodeId{i}, interval_s + 2.5 * delay_s);
    network.restart(NodeId{i}, 50.0 + i);
  }
  network.run();
  for (std::int64_t node = 0; node < 4; ++node) {
    REQUIRE(network.chain(node).size() == 1);
    CHECK(network.chain(node).front()->hash() == proposed);
  }
}

TEST_CASE("who was cut off or down catches up, with proofs, and takes part again") {
  for (const bool crashes : {false, true}) {
    ChainPlan plan = plan_of(4);
    plan.members = 6;
    ChainNetwork network(plan);
    bool cut = true;
    if (crashes) {
      network.crash(NodeId{3}, 1.0);
      network.restart(NodeId{3}, 40.0);
    } else {
      network.lost = [&](NodeId from, NodeId to, double) { return cut && (from.value == 3 || to.value == 3); };
    }
    for (std::int32_t i = 0; i < 5; ++i) network.submit(1.0 + 5.0 * i, NodeId{0}, update(plan, i, 0));
    network.run_until(40.0);
    CHECK(network.chain(0).size() == 5);
    CHECK(network.chain(3).empty());
    cut = false;
    network.submit(40.5, NodeId{0}, update(plan, 5, 0));
    network.run();
    CHECK(network.chain(3).size() == 6);
    CHECK(network.agrees());
  }
}

// Validator 3 never hears commits of height 1: it sees that others go on, and asks them, a quarter of the timeout later.
TEST_CASE("who misses votes asks those who are ahead") {
  ChainPlan plan = plan_of(4, 4.0);
  plan.members = 2;
  ChainNetwork network(plan);
  lose(network, [&](NodeId, NodeId to, const NodeMessage& message) {
    const auto* vote = as<pbft::Vote>(message);
    return to.value == 3 && vote && vote->phase == pbft::Phase::commit && vote->height == 1;
  });
  network.submit(0.5, NodeId{0}, update(plan, 0, 0));
  network.submit(3.0, NodeId{0}, update(plan, 1, 0));
  network.run();
  REQUIRE(network.chain(3).size() == 2);
  const double heard_s = 2.0 * interval_s + delay_s;
  const std::vector<ChainNetwork::Seen>& seen = network.final_at.at(network.chain(3).front()->hash());
  const auto own = std::ranges::find(seen, NodeId{3}, &ChainNetwork::Seen::node);
  REQUIRE(own != seen.end());
  CHECK(own->at_s == doctest::Approx(heard_s + 1.0 + 2.0 * delay_s));
  CHECK(network.agrees());
  CHECK(network.count("round_change", "") == 0);
}

TEST_CASE("who is alone with an old height is told so") {
  ChainNetwork network(plan_of(4));
  lose(network, [&](NodeId, NodeId to, const NodeMessage& message) {  // of what decides
    const auto* vote = as<pbft::Vote>(message);
    return to.value == 3 && vote && vote->phase == pbft::Phase::commit;
  });
  network.submit(0.5, NodeId{0}, update(plan_of(4), 0, 0));
  network.run();
  // Its round ends after a timeout; its round change, the answers, its question and the blocks take a delay each.
  CHECK(final_s(network, 3) == doctest::Approx(interval_s + 1.0 + 4.0 * delay_s));
  CHECK(network.agrees());
}

TEST_CASE("an exported chain verifies, and not with another proposer or too early") {
  ChainPlan plan = plan_of(4);
  ChainNetwork network(plan);
  network.crash(NodeId{1}, 0.0);
  network.submit(0.5, NodeId{0}, update(plan, 0, 0));
  network.run();
  CHECK(verify_ledger(network.exported(0, true)).problems.empty());
  ConsensusSetup setup;
  setup.validators = 4;
  setup.rules = consensus_rules(plan);
  const std::unique_ptr<Consensus> judge = make_consensus(setup);
  Ledger ledger(std::make_shared<const ChainRules>(chain_rules(plan)));
  const auto reason = [&](std::int32_t proposer, std::uint64_t view, double time_s) {
    Header header;
    header.height = 1;
    header.parent = ledger.head()->hash();
    header.proposer = NodeId{proposer};
    header.view = view;
    header.time_s = time_s;
    return judge->check(ledger, header).reason;
  };
  CHECK(reason(1, 0, 2.0) == Rejection::none);
  CHECK(reason(2, 1, 7.0) == Rejection::none);
  CHECK(reason(0, 3, 7.0) == Rejection::none);
  CHECK(reason(2, 0, 7.0) == Rejection::wrong_turn);
  CHECK(reason(1, 0, 1.9) == Rejection::wrong_turn);
  CHECK(reason(1, 0, std::nan("")) == Rejection::wrong_turn);
}

TEST_CASE("setups without validators, interval or timeout are refused") {
  const auto make = [](std::int64_t validators, double interval, double timeout_s) {
    ConsensusSetup setup;
    setup.validators = validators;
    setup.rules.kind = "pbft";
    setup.rules.block_interval_s = interval;
    setup.rules.timeout_s = timeout_s;
    return make_consensus(setup);
  };
  CHECK(make(1, 0.001, 0.0));
  CHECK_THROWS_AS(make(0, 2.0, 0.0), UsageError);
  CHECK_THROWS_AS(make(4, 0.0, 0.0), UsageError);
  CHECK_THROWS_AS(make(4, 2.0, -1.0), UsageError);
  CHECK_THROWS_AS(make(4, 2.0, std::nan("")), UsageError);
}

// Up to 60 s: messages of up to 1.5 s, a tenth of them lost, validators that come and go, a partition. Then all is well.
TEST_CASE("random schedules never give two final blocks at one height, and the chain goes on after them") {
  for (std::uint64_t seed = 0; seed < 25; ++seed) {
    CAPTURE(seed);
    ChainPlan plan = plan_of(seed % 2 == 0 ? 4 : 7);
    plan.members = 12;
    plan.seed = seed;
    if (seed % 3 == 0) plan.hostile[NodeId{2}] = seed % 2 == 0 ? "equivocate" : "withhold";
    ChainNetwork network(plan);
    Random random(Seed(seed) / "schedule");
    const auto any = [&] {
      return NodeId{static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(plan.validators)))};
    };
    double now_s = 0.0;
    const double parted_s = random.uniform(0.0, 40.0);
    const auto side = [](NodeId node) { return node.value % 2; };
    network.latency_s = [&](NodeId, NodeId, std::uint64_t) { return now_s < 60.0 ? random.uniform(0.0, 1.5) : delay_s; };
    network.lost = [&](NodeId from, NodeId to, double at_s) {
      now_s = at_s;
      const bool parted = at_s > parted_s && at_s < parted_s + 20.0 && side(from) != side(to);
      return at_s < 60.0 && (parted || random.uniform() < 0.1);
    };
    for (int i = 0; i < 6; ++i) {
      const NodeId node = any();
      const double at_s = random.uniform(0.0, 50.0);
      network.crash(node, at_s);
      network.restart(node, at_s + random.uniform(0.5, 10.0));
    }
    for (std::int32_t i = 0; i < 12; ++i) {
      network.submit(random.uniform(0.0, 55.0), any(), update(plan, i, 0));
      network.submit(70.0 + i, NodeId{0}, update(plan, i, 0));  // in case it was lost
    }
    network.run_until(400.0);
    CHECK(network.conflicting_heights().empty());
    CHECK(network.agrees());
    for (std::int32_t node = 0; node < plan.validators; ++node) {
      if (!network.is_honest(NodeId{node})) continue;
      std::size_t transactions = 0;
      for (const BlockPointer& block : network.chain(node)) transactions += block->transactions().size();
      CHECK(transactions == 12);
    }
  }
}
