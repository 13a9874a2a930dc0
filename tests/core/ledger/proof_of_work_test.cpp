#include "core/ledger/proof_of_work.hpp"

#include <cmath>
#include <limits>

#include "core/base/error.hpp"
#include "tests/core/ledger/block_network.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::testing;

namespace {

ChainPlan plan_of(std::int64_t validators, std::vector<double> shares = {}, std::uint64_t seed = 11) {
  ChainPlan plan;
  plan.validators = validators;
  plan.consensus.kind = "proof_of_work";
  plan.consensus.hash_shares = std::move(shares);
  plan.seed = seed;
  return plan;
}

// One miner alone with its ledger, blocks every 2 s.
struct Fixture {
  explicit Fixture(const ChainPlan& of, std::int32_t self = 0) : plan(of) {
    consensus = make_consensus(node_setups(plan).at(static_cast<std::size_t>(self)).consensus);
  }
  ConsensusView view() const { return {ledger, mempool, std::numeric_limits<double>::infinity()}; }
  double armed_s(double at_s) {  // 0: no timer is set
    const Actions actions = consensus->on_work(view(), at_s);
    return actions.empty() ? 0.0 : std::get<SetTimer>(actions.at(0)).at_s;
  }
  BlockPointer append(const Block& parent, double time_s, double difficulty = 1.0, std::int32_t proposer = 0) {
    BlockPointer block = block_on(plan, parent, time_s, proposer, difficulty);
    const Verdict verdict = consensus->check(ledger, block->header());
    CHECK_MESSAGE(verdict.accepted(), verdict.detail);
    CHECK(ledger.append(block).accepted());
    return block;
  }
  BlockPointer extend(std::initializer_list<double> times_s, double difficulty) {
    for (const double time_s : times_s) append(*ledger.head(), time_s, difficulty);
    return ledger.head();
  }
  Rejection reason(double difficulty, std::int32_t proposer = 0) const {
    const Block& head = *ledger.head();
    return consensus->check(ledger, block_on(plan, head, head.header().time_s + 1.0, proposer, difficulty)->header())
        .reason;
  }

  ChainPlan plan;
  std::shared_ptr<const ChainRules> rules = std::make_shared<const ChainRules>(chain_rules(plan));
  Ledger ledger{rules};
  Mempool mempool{rules};
  std::unique_ptr<Consensus> consensus;
};

}  // namespace

TEST_CASE("the time to the next block is exponential, with the miner's share and the interval for its mean") {
  constexpr int draws = 4000;
  constexpr double mean_s = 2.0 / 0.25;  // shares 3 and 1, not scaled to 1
  double sum_s = 0.0;
  int longer = 0;
  for (std::uint64_t seed = 0; seed < draws; ++seed) {
    Fixture fixture(plan_of(2, {3.0, 1.0}, seed), 1);
    const double wait_s = fixture.armed_s(5.0) - 5.0;
    sum_s += wait_s;
    longer += wait_s > mean_s;
  }
  // Standard deviations: mean / sqrt(N), and sqrt(p (1 - p) / N) of P(X > mean) = 1 / e; 4 of them.
  CHECK(sum_s / draws == doctest::Approx(mean_s).epsilon(4.0 / std::sqrt(draws)));
  CHECK(std::abs(longer / double{draws} - std::exp(-1.0)) < 4.0 * std::sqrt(0.2325 / draws));
}

TEST_CASE("a draw stands while the head stays, and is made anew when it moves or the computer restarts") {
  Fixture fixture(plan_of(2));
  const double first_s = fixture.armed_s(0.0);
  CHECK(first_s > 0.0);
  CHECK(fixture.armed_s(0.1) == 0.0);
  const BlockPointer block = fixture.append(*fixture.ledger.head(), 0.2);
  const double second_s = fixture.armed_s(0.3);
  CHECK(second_s > 0.3);
  CHECK(second_s - 0.3 != first_s);
  CHECK(fixture.consensus->on_timer(fixture.view(), 0, second_s - 0.001).empty());
  CHECK(fixture.consensus->on_start(fixture.view(), 0.4).empty());
  const double third_s = fixture.armed_s(0.4);
  CHECK(third_s - 0.4 != doctest::Approx(second_s - 0.3));
  const Actions actions = fixture.consensus->on_timer(fixture.view(), 0, third_s);
  REQUIRE(actions.size() == 1);
  const Block& found = *std::get<Publish>(actions.at(0)).block;
  CHECK(found.header().time_s == third_s);
  CHECK(found.header().parent == block->hash());
  CHECK(found.header().difficulty == 1.0);
  CHECK(found.transactions().empty());  // always mining
  Fixture again(plan_of(2));
  CHECK(again.armed_s(0.0) == first_s);
  Fixture other(plan_of(2), 1);
  CHECK(other.armed_s(0.0) != first_s);
}

TEST_CASE("a block found for a head that is no more is not published") {
  Fixture fixture(plan_of(2));
  const double found_s = fixture.armed_s(0.0);
  fixture.append(*fixture.ledger.head(), 0.2);
  CHECK(fixture.consensus->on_timer(fixture.view(), 0, found_s).empty());
}

TEST_CASE("who has no share never mines, and is not believed to have") {
  Fixture fixture(plan_of(4, {0.0, 1.0}), 3);
  CHECK(fixture.armed_s(0.0) == 0.0);
  CHECK(fixture.consensus->on_timer(fixture.view(), 0, 100.0).empty());
  CHECK(fixture.reason(1.0, 1) == Rejection::none);
  CHECK(fixture.reason(1.0, 0) == Rejection::wrong_turn);
  CHECK(fixture.reason(1.0, 3) == Rejection::wrong_turn);
  Header header;
  header.parent = fixture.ledger.head()->hash();
  header.height = 1;
  CHECK(fixture.consensus->check(fixture.ledger, header).reason == Rejection::wrong_turn);  // by nobody
}

TEST_CASE("what waits is in the block that is found") {
  Fixture fixture(plan_of(1));
  const double found_s = fixture.armed_s(0.0);
  CHECK(fixture.mempool.add(update(fixture.plan, 0, 0).transaction).accepted());
  const Actions actions = fixture.consensus->on_timer(fixture.view(), 0, found_s);
  REQUIRE(actions.size() == 1);
  CHECK(std::get<Publish>(actions.at(0)).block->transactions().size() == 1);
}

TEST_CASE("a block is final under six others, or as many as asked for, on the head's branch") {
  for (const std::int64_t asked : {0, 1, 3}) {
    ChainPlan plan = plan_of(2);
    plan.confirmations = asked;
    Fixture fixture(plan);
    const std::uint64_t needed = asked == 0 ? 6 : static_cast<std::uint64_t>(asked);
    std::vector<BlockPointer> blocks;
    for (std::uint64_t height = 1; height <= needed + 2; ++height) {
      blocks.push_back(fixture.append(*fixture.ledger.head(), static_cast<double>(height)));
      const Actions actions = fixture.consensus->on_appended(fixture.view(), blocks.back(), 0.0);
      CHECK(actions.empty() == (height <= needed));
      if (actions.empty()) continue;
      const Digest final_block = std::get<Finalize>(actions.at(0)).block;
      CHECK(final_block == blocks.at(height - needed - 1)->hash());
      fixture.ledger.finalize(final_block);
      CHECK(fixture.consensus->on_appended(fixture.view(), blocks.back(), 0.0).empty());
    }
    const BlockPointer stale = fixture.append(*blocks.front(), 50.0, 1.0, 1);
    CHECK(fixture.ledger.head() == blocks.back());
    CHECK(fixture.consensus->on_appended(fixture.view(), stale, 0.0).empty());
  }
}

// Interval 2 s, a change at heights 4, 8, 12 ...; by hand.
TEST_CASE("the difficulty follows the time that the blocks before took, by a factor of four at most") {
  ChainPlan plan = plan_of(2);
  plan.consensus.retarget_blocks = 4;
  Fixture fixture(plan);
  fixture.extend({1.0, 2.0, 3.0}, 1.0);
  // Height 4: heights 0 .. 3 took 3 s where 6 s are right.
  CHECK(fixture.reason(1.0) == Rejection::wrong_difficulty);
  CHECK(fixture.reason(2.0) == Rejection::none);
  fixture.extend({5.0, 8.0, 12.0, 19.0}, 2.0);
  // Height 8: heights 3 .. 7 took 16 s where 8 s are right.
  CHECK(fixture.reason(2.0) == Rejection::wrong_difficulty);
  CHECK(fixture.reason(1.0) == Rejection::none);
  fixture.extend({20.0, 40.0, 60.0, 119.0}, 1.0);
  // Height 12: 100 s where 8 s are right: a quarter.
  fixture.extend({119.1, 119.2, 119.3, 119.4}, 0.25);
  // Height 16: 0.4 s: four times.
  CHECK(fixture.reason(1.0) == Rejection::none);
  CHECK(fixture.reason(5.0) == Rejection::wrong_difficulty);
}

TEST_CASE("a change with every block is possible, and none is the default") {
  ChainPlan plan = plan_of(2);
  plan.consensus.retarget_blocks = 1;
  Fixture fixture(plan);
  fixture.extend({1.0}, 1.0);                     // nothing to measure before it
  fixture.extend({5.0}, 2.0);                     // height 1 took 1 s
  CHECK(fixture.reason(1.0) == Rejection::none);  // height 2 took 4 s
  Fixture fixed(plan_of(2));
  fixed.extend({0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0}, 1.0);
  CHECK(fixed.reason(1.0) == Rejection::none);
  CHECK(fixed.reason(1.0 + 1e-15) == Rejection::wrong_difficulty);
}

TEST_CASE("more difficult blocks take longer to find") {
  ChainPlan plan = plan_of(2);
  plan.consensus.retarget_blocks = 2;
  Fixture hard(plan);
  Fixture easy(plan_of(2));
  hard.extend({0.1}, 1.0);
  easy.extend({0.1}, 1.0);
  CHECK(hard.armed_s(1.0) - 1.0 == doctest::Approx(4.0 * (easy.armed_s(1.0) - 1.0)));
}

TEST_CASE("proofs of work that cannot be are refused") {
  const auto refuse = [](auto change, const char* message) {
    ConsensusSetup setup;
    setup.self = NodeId{0};
    setup.validators = 2;
    setup.rules.kind = "proof_of_work";
    CHECK(make_consensus(setup));
    change(setup);
    CHECK_THROWS_WITH_AS(static_cast<void>(make_consensus(setup)), message, UsageError);
  };
  refuse([](ConsensusSetup& s) { s.validators = 0; }, "consensus.validators is 0, needs 1 or more");
  refuse([](ConsensusSetup& s) { s.rules.block_interval_s = 0.0; }, "consensus.block_interval_s is 0, needs 0.001 or more");
  refuse([](ConsensusSetup& s) { s.rules.confirmations = -1; }, "consensus.confirmations is -1, needs 0 (for 6) or more");
  refuse([](ConsensusSetup& s) { s.rules.retarget_blocks = -5; },
         "consensus.retarget_blocks is -5, needs 0 (never) or more");
  refuse(
      [](ConsensusSetup& s) {
        s.rules.hash_shares = {1.0, 1.0, 1.0};
      },
      "consensus.hash_shares is a list of 3, but there are 2 validators");
  refuse(
      [](ConsensusSetup& s) {
        s.rules.hash_shares = {1.0, -0.5};
      },
      "consensus.hash_shares is a list with -0.5, needs 0 or more");
  refuse([](ConsensusSetup& s) { s.rules.hash_shares = {std::nan("")}; },
         "consensus.hash_shares is a list with nan, needs 0 or more");
  refuse(
      [](ConsensusSetup& s) {
        s.rules.hash_shares = {0.0, 0.0};
      },
      "consensus.hash_shares is a list of zeros, somebody must mine");
}
