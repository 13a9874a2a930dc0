// What consensus costs on a uniform network against closed forms: the exact model's latency + bytes / bandwidth for every
// message, and a machine's processing, one input after the other. Derivations stand above each test.
#include <cmath>

#include "core/ledger/block.hpp"
#include "core/ledger/pbft_messages.hpp"
#include "core/record/rows.hpp"
#include "sim/cost_model.hpp"
#include "tests/sim/small_world.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;
using doctest::Approx;

namespace {

constexpr double latency_s = 0.1;  // one way, between any two validators
constexpr double bytes_per_s = 1e4;
constexpr double flops_per_s = 1e9;  // a signature is verified in 4.4 ms

constexpr double overhead_bytes = header_bytes + transaction_bytes;

double verification_s() { return cost::verification_flops(1) / flops_per_s; }
double signing_s() { return cost::signing_flops(1) / flops_per_s; }
double hashing_s(double bytes) { return cost::hashing_flops(static_cast<std::uint64_t>(bytes)) / flops_per_s; }
double travel_s(double bytes) { return latency_s + bytes / bytes_per_s; }

// A chain of equal machines in one region that makes `blocks` blocks with a payload of `payload_bytes` each.
Scenario uniform(const std::string& kind, std::int64_t validators, double payload_bytes, std::int64_t blocks = 20) {
  Scenario scenario = small_scenario();
  scenario.network.validator_latency_s = latency_s / 2.0;  // of the access link; a way has two
  scenario.network.validator_bytes_per_s = bytes_per_s;
  scenario.network.validator_flops_per_s = flops_per_s;
  ChainConfig& chain = scenario.chains[0];
  chain.load = {.blocks = blocks, .block_bytes = payload_bytes};
  chain.consensus.kind = kind;
  chain.consensus.block_interval_s = 60.0;  // longer than agreeing takes
  chain.consensus.timeout_s = 120.0;
  chain.consensus.validators = validators;
  return scenario;
}

// Seconds after a block's proposal.
struct Latencies {
  double seen_s;             // by each of the others
  double first_s, median_s;  // final
};

// Of every final block but the last, with which the run ends before it is final everywhere.
void check_latencies(const Scenario& scenario, const Latencies& expected) {
  std::int64_t checked = 0;
  for (const BlockRow& row : rows<BlockRow>(simulate(scenario), "/chains/small/blocks")) {
    if (row.status != "final" || row.height == scenario.chains[0].load.blocks) continue;
    CHECK(row.propagation_median_s == Approx(expected.seen_s).epsilon(1e-6));
    CHECK(row.commit_first_s == Approx(expected.first_s).epsilon(1e-6));
    CHECK(row.commit_median_s == Approx(expected.median_s).epsilon(1e-6));
    ++checked;
  }
  CHECK(checked == scenario.chains[0].load.blocks - 1);
}

// PBFT among n, q = ceil(2n / 3) of whom are a quorum; s and v: signing and verifying; w: a vote's travel.
//   0                        the proposer makes a block: it signs the header, hashes all but the payload, signs the proposal
//   o = 2 s + hashing        the proposal leaves, and stands for the proposer's prepare
//   a = o + proposal + 2 v + hashing + s
//                            a replica has verified the proposal's and the header's signature, has hashed the block, and has
//                            signed its prepare
//   p = a + w + (q - 2) v + s
//                            with its own and the proposer's, q - 2 more prepares make a replica prepared: it has signed its
//                            commit. (The proposer counts but its own, needs q - 1, and is v later.)
//   p + w + (q - 1) v        commits of q - 1 other replicas and its own decide; there are n - 2 >= q - 1 other replicas. The
//                            proposer decides then too: it has all the replicas' commits and has made its own long before.
// Whoever decides has verified everything: the block is final at once. It was seen when a replica had paid for it, at a.
Latencies pbft_latencies(double validators, double proposal_travels_s, double block_bytes) {
  const double q = std::ceil(2.0 * validators / 3.0);
  const double s = signing_s(), v = verification_s(), w = travel_s(pbft::vote_bytes);
  const double left_s = 2.0 * s + hashing_s(overhead_bytes);
  const double voted_s = left_s + proposal_travels_s + 2.0 * v + hashing_s(block_bytes) + s;
  const double prepared_s = voted_s + w + (q - 2.0) * v + s;
  const double decided_s = prepared_s + w + (q - 1.0) * v;
  return {voted_s, decided_s, decided_s};
}

constexpr double proposal_overhead_bytes = 4 + 8 + 8 + 64;  // pbft_messages.cpp: kind, height, round, signature

// Raft, with a leader: 0, it makes a block, that is, signs the header and hashes all but the payload; then it sends the block in an
// AppendEntries of 61 bytes and the block. Nothing else is signed, and a follower verifies no signature, for leaders do not
// lie: it hashes the block and acknowledges. The replies, 18 bytes each, arrive together and cost nothing: with the majority's
// the leader commits. It says so at once in an AppendEntries without blocks, with which its followers commit.
void check_raft(double payload_bytes, double sent_s) {
  const double made_s = signing_s() + hashing_s(overhead_bytes);
  const double seen_s = made_s + sent_s + hashing_s(overhead_bytes + payload_bytes);
  const double leader_s = seen_s + travel_s(18.0);
  check_latencies(uniform("raft", 5, payload_bytes), {seen_s, leader_s, leader_s + travel_s(61.0)});
}

}  // namespace

TEST_CASE("PBFT commits a small block after three message delays, with what is signed and verified between them") {
  const double block_bytes = overhead_bytes + 400.0;
  const double proposal_s = travel_s(proposal_overhead_bytes + block_bytes);
  check_latencies(uniform("pbft", 10, 400.0), pbft_latencies(10.0, proposal_s, block_bytes));
}

// Above 1 kB the proposal is a flow to each of the others, and the n - 1 flows share the proposer's uplink.
TEST_CASE("PBFT commits a large block after the proposer has sent it to everybody") {
  const double block_bytes = overhead_bytes + 20'000.0;
  const double proposal_s = latency_s + 6.0 * (proposal_overhead_bytes + block_bytes) / bytes_per_s;
  check_latencies(uniform("pbft", 7, 20'000.0), pbft_latencies(7.0, proposal_s, block_bytes));
}

TEST_CASE("Raft commits after a round trip at the leader, and one message later at its followers") {
  check_raft(400.0, travel_s(61.0 + overhead_bytes + 400.0));
}

TEST_CASE("Raft sends a large block to all followers at once over the leader's uplink") {
  check_raft(20'000.0, latency_s + 4.0 * (61.0 + overhead_bytes + 20'000.0) / bytes_per_s);
}

// Two miners of equal hash power, blocks at rate r in all, a constant delay d between them; x = r d. The chain grows from a
// height when the one who reached it first finds the next block (rate r / 2 from the beginning) or the other does (rate r / 2
// from when it has reached the height too: by its own, then stale, block, at rate r / 2, or after d). Integrating the
// probability that neither has happened gives a mean of (1 + (1 - exp(-x)) / 2) / r between heights, so of all blocks the
// share 1 - 1 / (1 + (1 - exp(-x)) / 2) is stale. What is left out is of the order of x^2: that the other may lag two heights
// behind.
TEST_CASE("two miners waste the share of their blocks that the delay between them predicts") {
  const double block_bytes = overhead_bytes + 400.0;
  const double delay_s = travel_s(block_bytes);
  constexpr double x = 0.1;
  constexpr std::int64_t blocks = 20'000;
  Scenario scenario = uniform("proof_of_work", 2, 400.0, blocks);
  scenario.network.validator_flops_per_s = 1e15;  // computing takes no time worth counting
  scenario.chains[0].consensus.block_interval_s = delay_s / x;
  const double predicted = 1.0 - 1.0 / (1.0 + 0.5 * (1.0 - std::exp(-x)));
  const ResultData data = simulate(scenario);
  const ChainSummaryRow summary = rows<ChainSummaryRow>(data, "/chains/small/summary").front();
  const double deviation = std::sqrt(predicted * (1.0 - predicted) / static_cast<double>(blocks));
  CHECK(std::abs(summary.stale_rate - predicted) < 4.0 * deviation + x * x * predicted);
}
