#include "core/ledger/block_sync.hpp"

#include "core/ledger/orphan_pool.hpp"
#include "tests/core/ledger/chain_plan.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::testing;

namespace {

struct Fixture {
  explicit Fixture(std::int64_t blocks, const ChainPlan& chain_plan = {})
      : plan(chain_plan), ledger(std::make_shared<const ChainRules>(chain_rules(plan))),
        consensus(make_consensus(node_setups(plan).at(0).consensus)) {
    for (std::int64_t slot = 1; slot <= blocks; ++slot) extend(slot);
  }
  void extend(std::int64_t slot, std::vector<Transaction> transactions = {}) {
    CHECK(ledger.append(seal(plan, *ledger.head(), slot, std::move(transactions))).accepted());
  }
  [[nodiscard]] std::uint64_t height_of(const Digest& hash) const { return ledger.find(hash)->header().height; }
  [[nodiscard]] CatchUpAnswer answer(std::vector<Digest> known) const {
    return answer_catch_up({std::move(known)}, ledger, *consensus);
  }

  ChainPlan plan;
  Ledger ledger;
  std::unique_ptr<Consensus> consensus;
};

NodeId asked(const Effects& effects) {
  REQUIRE(effects.outgoing.size() == 1);
  CHECK(std::holds_alternative<CatchUpRequest>(effects.outgoing[0].message));
  return effects.outgoing[0].to;
}

}  // namespace

TEST_CASE("a locator names the last blocks, then ever fewer, and the genesis") {
  const Fixture fixture(40);
  std::vector<std::uint64_t> heights;
  for (const Digest& hash : block_locator(fixture.ledger)) heights.push_back(fixture.height_of(hash));
  CHECK(heights == std::vector<std::uint64_t>{40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 28, 24, 16, 0});
  CHECK(block_locator(Fixture(0).ledger).size() == 1);
}

TEST_CASE("an answer begins after the last common block and says when there is more") {
  const Fixture fixture(150);
  const CatchUpAnswer first = fixture.answer({fixture.ledger.at_height(0)->hash()});
  REQUIRE(first.blocks.size() == 64);
  CHECK_FALSE(first.complete);
  CHECK(first.blocks.front()->header().height == 1);
  const CatchUpAnswer last = fixture.answer({Digest{}, fixture.ledger.at_height(149)->hash()});
  CHECK(last.blocks.size() == 1);
  CHECK(last.complete);
  CHECK(fixture.answer({fixture.ledger.head()->hash()}).blocks.empty());
  CHECK(fixture.answer({}).blocks.size() == 64);  // who names nothing gets all
}

TEST_CASE("what is on a branch here does not count as common") {
  Fixture fixture(3);
  const BlockPointer side = seal(fixture.plan, *fixture.ledger.at_height(1), 4, {});
  CHECK(fixture.ledger.append(side).accepted());
  CHECK(fixture.answer({side->hash(), fixture.ledger.at_height(1)->hash()}).blocks.size() == 2);
}

TEST_CASE("an answer has no more bytes than three full blocks") {
  ChainPlan plan;
  plan.payload_bytes = 1000;
  plan.max_block_bytes = 180 + 222 + 1000;
  Fixture fixture(0, plan);
  for (std::uint32_t round = 0; round < 8; ++round) fixture.extend(round + 1, {update(plan, 0, round).transaction});
  const CatchUpAnswer answer = fixture.answer({});
  CHECK(answer.blocks.size() >= 3);
  CHECK(answer.blocks.size() <= 4);
  CHECK_FALSE(answer.complete);
}

TEST_CASE("the asking side goes on with who has more, tries others, and gives up") {
  const Fixture fixture(2);
  BlockSync sync({NodeId{1}, NodeId{2}, NodeId{3}}, 2.0);
  Effects effects;
  sync.begin(NodeId{3}, fixture.ledger, 0.0, effects);
  CHECK(asked(effects) == NodeId{3});
  CHECK(effects.timers.at(0).at_s == 2.0);
  effects = {};
  sync.begin(NodeId{1}, fixture.ledger, 0.1, effects);  // a question is open
  CHECK(effects.outgoing.empty());
  sync.follow_up(NodeId{3}, {{fixture.ledger.head()}, nullptr, false}, false, fixture.ledger, 0.2, effects);
  CHECK(asked(effects) == NodeId{3});
  std::vector<double> patience_s;
  for (double at_s = 10.0; patience_s.size() < 100; at_s += 1000.0) {
    effects = {};
    sync.fire(fixture.ledger, at_s, effects);
    if (effects.timers.empty()) break;
    patience_s.push_back(effects.timers[0].at_s - at_s);
  }
  CHECK(patience_s == std::vector<double>{4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0});
}

TEST_CASE("an answer that does not help sends the question elsewhere, one that does ends it") {
  const Fixture fixture(2);
  BlockSync sync({NodeId{1}, NodeId{2}}, 2.0);
  Effects effects;
  sync.begin(NodeId{1}, fixture.ledger, 0.0, effects);
  effects = {};
  sync.follow_up(NodeId{1}, {}, true, fixture.ledger, 0.1, effects);
  CHECK(asked(effects) == NodeId{2});
  effects = {};
  sync.follow_up(NodeId{2}, {{fixture.ledger.head()}, nullptr, true}, false, fixture.ledger, 0.2, effects);
  sync.fire(fixture.ledger, 5.0, effects);
  CHECK(effects.outgoing.empty());
  BlockSync alone({}, 2.0);
  alone.begin(std::nullopt, fixture.ledger, 0.0, effects);
  CHECK(effects.outgoing.empty());
}

TEST_CASE("patience with a chain that stands still doubles, and ends") {
  StallWatch watch(10.0);
  std::vector<double> dates_s;
  double now_s = 0.0;
  for (int i = 0; i < 20; ++i) {
    Effects effects;
    watch.look(true, now_s, effects);
    watch.look(true, now_s, effects);  // armed already
    if (effects.timers.empty()) break;
    REQUIRE(effects.timers.size() == 1);
    dates_s.push_back(effects.timers[0].at_s - now_s);
    now_s = effects.timers[0].at_s;
    CHECK(watch.fire());
  }
  CHECK(dates_s == std::vector<double>{10.0, 20.0, 40.0, 80.0, 160.0, 320.0, 640.0, 1280.0});
  Effects effects;
  watch.encourage();
  watch.look(false, now_s, effects);
  CHECK(effects.timers.empty());
  watch.look(true, now_s, effects);
  CHECK(effects.timers.at(0).at_s == now_s + 10.0);
  watch.encourage();
  CHECK_FALSE(watch.fire());
}

TEST_CASE("orphans wait for their parents, the oldest gives way") {
  const ChainPlan plan;
  const BlockPointer root = genesis(ChainId{0});
  const BlockPointer first = seal(plan, *root, 1, {});
  const BlockPointer second = seal(plan, *first, 2, {});
  const BlockPointer sibling = seal(plan, *first, 3, {});
  OrphanPool pool(2);
  pool.add({second, NodeId{1}});
  pool.add({second, NodeId{2}});
  pool.add({sibling, std::nullopt});
  CHECK(pool.size() == 2);
  CHECK(pool.contains(second->hash()));
  CHECK(pool.take_children(root->hash()).empty());
  const std::vector<Orphan> children = pool.take_children(first->hash());
  REQUIRE(children.size() == 2);
  CHECK(children[0].block == second);
  CHECK(children[0].from == NodeId{1});
  CHECK(pool.empty());
  for (std::int64_t slot = 5; slot < 8; ++slot) pool.add({seal(plan, *second, slot, {}), NodeId{0}});
  CHECK(pool.size() == 2);
  CHECK_FALSE(pool.contains(seal(plan, *second, 5, {})->hash()));
}
