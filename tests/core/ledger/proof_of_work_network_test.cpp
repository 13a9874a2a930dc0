// Miners among themselves: how often they find blocks, how often in vain, and what is final.
#include <algorithm>
#include <cmath>
#include <set>

#include "tests/core/ledger/block_network.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::testing;

namespace {

ChainPlan plan_of(std::int64_t validators, double latency_s, std::vector<double> shares = {}, std::uint64_t seed = 11) {
  ChainPlan plan;
  plan.validators = validators;
  plan.latency_s = latency_s;
  plan.block_interval_s = 1.0;
  plan.consensus.kind = "proof_of_work";
  plan.consensus.hash_shares = std::move(shares);
  plan.seed = seed;
  return plan;
}

double stale_rate(const BlockNetwork& network) {
  return 1.0 -
         static_cast<double>(network.ledger(0).head()->header().height) / static_cast<double>(network.published.size());
}

double time_at(const Ledger& ledger, std::uint64_t height) { return ledger.at_height(height)->header().time_s; }

}  // namespace

TEST_CASE("blocks come an interval apart on average, and to each miner by its share") {
  const std::vector<double> shares{5.0, 3.0, 2.0};
  BlockNetwork network(plan_of(5, 0.0, shares));
  network.run(3000.0);
  const double count = static_cast<double>(network.published.size());
  CHECK(std::abs(count - 3000.0) < 4.0 * std::sqrt(3000.0));  // Poisson
  CHECK(network.ledger(4).head()->header().height == network.published.size());
  double chi_square = 0.0;
  for (std::int32_t miner = 0; miner < 3; ++miner) {
    const auto found = static_cast<double>(std::ranges::count_if(
        network.published, [&](const BlockPointer& block) { return block->header().proposer == NodeId{miner}; }));
    const double expected = count * shares.at(static_cast<std::size_t>(miner)) / 10.0;
    chi_square += (found - expected) * (found - expected) / expected;
  }
  CHECK(chi_square < 13.8);  // 2 degrees of freedom, probability 0.001
}

// Two miners of rate a each, 2 a = 1 / T, and a delay d. Let t be when a height is first reached, by A say. Until t + d, A finds
// the next height at rate a; B can only if it finds two blocks by itself, and at best it knows all but A's newest block
// at t. After t + d both know the height and find the next at rate 2 a. So the mean time between heights is at most
//   integral_0^d exp(-a x) dx + exp(-a d) / (2 a)                                  (B finds nothing of use), and at least
//   integral_0^d exp(-2 a x) (1 + a x) dx + exp(-2 a d) (1 + a d) / (2 a)          (B is one block behind A).
// Blocks are found at rate 2 a whatever happens; those that are not a new height are stale.
TEST_CASE("two miners lose as many blocks as their delay makes them") {
  constexpr double a = 0.5, d = 0.2;  // T = 1
  const double most_s = (1.0 - std::exp(-a * d)) / a + std::exp(-a * d) / (2.0 * a);
  const double integral =
      (1.0 - std::exp(-2.0 * a * d)) / (2.0 * a) + a * (1.0 - std::exp(-2.0 * a * d) * (1.0 + 2.0 * a * d)) / (4.0 * a * a);
  const double least_s = integral + std::exp(-2.0 * a * d) * (1.0 + a * d) / (2.0 * a);
  const double fewest = 1.0 - 1.0 / least_s, most = 1.0 - 1.0 / most_s;
  CHECK(fewest == doctest::Approx(0.083).epsilon(0.01));
  CHECK(most == doctest::Approx(0.087).epsilon(0.01));
  BlockNetwork network(plan_of(2, d));
  network.run(10'000.0);
  const double noise = 3.0 * std::sqrt(most / 10'000.0);
  CHECK(stale_rate(network) > fewest - noise);
  CHECK(stale_rate(network) < most + noise);
}

// With many small miners nobody finds the next height before it has heard of the last: an interval T after a delay d, so that
// d / (T + d) of the blocks are stale (Sompolinsky and Zohar 2015, growth of the longest chain under a uniform delay). With
// 25 miners the finder of a height has a share of 1/25, which it can use at once: between that and the bound above.
TEST_CASE("many miners lose the share of blocks that falls into the delay") {
  constexpr double d = 0.25, a = 1.0 / 25.0;
  BlockNetwork network(plan_of(25, d));
  network.run(4000.0);
  const double most = d / (1.0 + d);
  const double finder_goes_on_s = (1.0 - std::exp(-a * d)) / a + std::exp(-a * d);
  const double noise = 3.0 * std::sqrt(most / 4000.0);
  CHECK(stale_rate(network) < most + noise);
  CHECK(stale_rate(network) > 1.0 - 1.0 / finder_goes_on_s - 0.05 * most - noise);
}

TEST_CASE("when half of the hash power leaves, blocks slow down to half until the difficulty follows") {
  constexpr std::uint64_t period = 100;
  ChainPlan plan = plan_of(2, 0.0);
  plan.consensus.retarget_blocks = period;
  BlockNetwork network(plan);
  network.crash(1000.0, NodeId{1});
  network.run(4000.0);
  const Ledger& ledger = network.ledger(0);
  std::uint64_t left = 0;  // the first height after the crash that begins a period
  while (time_at(ledger, left) < 1000.0) left += period;
  const double slow_s = 1000.0 + 2.0 * period;  // at the latest, the period in which it happened is over
  CHECK(time_at(ledger, left) < slow_s + 100.0);
  const double first_s = (time_at(ledger, left + period - 1) - time_at(ledger, left)) / (period - 1);
  const std::uint64_t settled = left + 2 * period, end = settled + 10 * period;
  const double later_s = (time_at(ledger, end) - time_at(ledger, settled)) / (10.0 * period);
  // A period's time varies by 10 % (1 / sqrt(100)); so does the next difficulty, which was made from it.
  const double before_s = (time_at(ledger, 9 * period) - time_at(ledger, period)) / (8.0 * period);
  CHECK(before_s == doctest::Approx(1.0).epsilon(0.15));
  CHECK(first_s > 1.1);
  CHECK(later_s == doctest::Approx(1.0).epsilon(0.15));
  CHECK(ledger.at_height(end)->header().difficulty == doctest::Approx(0.5).epsilon(0.4));
}

TEST_CASE("while blocks travel much faster than they are found, six confirmations are never reversed") {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    BlockNetwork network(plan_of(5, 0.0, {}, seed));
    Random random(Seed(seed) / "latency");
    network.latency_s = [&](NodeId, NodeId) { return random.uniform(0.0, 0.05); };
    network.run(300.0);
    CHECK(network.is_safe());
    CHECK(network.reversed == 0);
    CHECK(network.rejected == 0);
    CHECK(network.notices == 0);
    const Ledger& ledger = network.ledger(0);
    CHECK(ledger.head()->header().height - ledger.finalized()->header().height <= 6);
  }
}

TEST_CASE("a partition for longer than the confirmations take reverses the lighter side, and loses no transaction") {
  std::int64_t reversed = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const ChainPlan plan = plan_of(4, 0.02, {}, seed);
    BlockNetwork network(plan);
    std::set<Digest> ids;
    for (int i = 0; i < 40; ++i) {
      const Transaction transaction = update(plan, i % 3, 0, i).transaction;
      ids.insert(transaction_id(transaction));
      network.submit(2.0 * i, NodeId{i % 4}, transaction);
    }
    network.part(20.0, {0, 0, 1, 1});
    network.part(70.0, {0, 0, 0, 0});
    network.run(130.0);
    const BlockPointer final_block = network.ledger(0).finalized();
    for (std::int64_t node = 0; node < 4; ++node) {
      std::multiset<Digest> included;
      for (const BlockPointer& block :
           network.ledger(node).path(genesis(ChainId{0})->hash(), network.ledger(node).finalized()->hash())) {
        included.insert(block->transaction_ids().begin(), block->transaction_ids().end());
      }
      CHECK((std::multiset<Digest>(ids.begin(), ids.end()) == included));
      CHECK(network.ledger(node).total_difficulty(final_block->hash()) > 0.0);
    }
    CHECK(network.is_safe() == (network.reversed == 0));
    CHECK(network.rejected == 0);
    CHECK(network.notices == 0);
    reversed += network.reversed;
  }
  CHECK(reversed > 0);
}

TEST_CASE("a miner that comes back adopts what it missed and mines on") {
  BlockNetwork network(plan_of(3, 0.01));
  network.crash(50.0, NodeId{2});
  network.restart(150.0, NodeId{2});
  network.run(300.0);
  const auto mined_in = [&](double from_s, double to_s) {
    return std::ranges::count_if(network.published, [&](const BlockPointer& block) {
      const Header& header = block->header();
      return header.proposer == NodeId{2} && header.time_s > from_s && header.time_s < to_s;
    });
  };
  CHECK(mined_in(0.0, 50.0) > 0);
  CHECK(mined_in(50.0, 150.0) == 0);
  CHECK(mined_in(150.0, 300.0) > 0);
  CHECK(network.ledger(2).finalized()->header().height + 2 >= network.ledger(0).finalized()->header().height);
  CHECK(network.is_safe());
}
