#include "sim/chain_machines.hpp"

#include <vector>

#include "core/collaboration/plan.hpp"
#include "sim/node_setups.hpp"
#include "tests/sim/small_world.hpp"
#include "tests/sim/two_regions.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

// Lets everything through; remembers who reacted when, and how often it was asked whether a message is lost.
class Witness : public ChainMachines::Observer {
 public:
  void reacted(NodeId node, const ChainNode&, const Effects&) override {
    if (node == NodeId{1}) dates_s.push_back(sg4::Engine::get_clock());
  }
  [[nodiscard]] bool connects(NodeId, NodeId) const override { return true; }
  [[nodiscard]] bool loses() override {
    ++asked;
    return loses_all;
  }

  std::vector<double> dates_s;  // of node 1
  std::uint64_t asked = 0;
  bool loses_all = false;
};

// Three machines that make blocks of 500 bytes, one every 5 s.
struct ThreeMachines {
  ThreeMachines()
      : world("exact"), machines(node_setups(*plan()), world.hosts, world.agenda, world.wire, traffic, witness) {}
  static ChainPlanPointer plan() {
    Scenario scenario = fast_scenario(3, 3);
    ChainConfig& chain = scenario.chains[0];
    chain.load = {.blocks = 1000, .block_bytes = 500.0};
    chain.consensus.kind = "pbft";
    chain.consensus.block_interval_s = 5.0;
    return plan_chain(scenario, ChainId{0}, {});
  }
  // Runs for 100 s; `life` may do something meanwhile.
  void run(const std::function<void()>& life) {
    world.seconds([&] {
      machines.start();
      life();
      sg4::this_actor::sleep_until(100.0);
      machines.stop();
      world.agenda.clear();
    });
  }

  TwoRegions world;
  Traffic traffic;
  Witness witness;
  ChainMachines machines;
};

}  // namespace

TEST_CASE("whether a message is lost is drawn once for each that is sent") {
  ThreeMachines three;
  three.run([] {});
  CHECK(three.traffic.messages > 19 * 3);  // nineteen blocks at least, each proposed, prepared and committed
  CHECK(three.witness.asked == three.traffic.messages);
}

TEST_CASE("what is lost arrives nowhere") {
  ThreeMachines three;
  three.witness.loses_all = true;
  three.run([] {});
  for (std::int32_t node = 0; node < 3; ++node) {
    CHECK(three.machines.node(NodeId{node}).ledger().head()->header().height == 0);
  }
}

TEST_CASE("a machine that is down reacts to nothing, and catches up when it is back") {
  ThreeMachines three;
  three.run([&] {
    sg4::this_actor::sleep_until(22.0);
    three.machines.crash(NodeId{1});
    CHECK_FALSE(three.machines.is_up(NodeId{1}));
    sg4::this_actor::sleep_until(62.0);
    three.machines.restart(NodeId{1});
  });
  for (const double date_s : three.witness.dates_s) CHECK((date_s <= 22.0 || date_s >= 62.0));
  CHECK(three.witness.dates_s.back() > 90.0);
  const auto height = [&](std::int32_t node) {
    return three.machines.node(NodeId{node}).ledger().finalized()->header().height;
  };
  CHECK(height(1) > 0);
  CHECK(height(1) + 1 >= height(0));
}
