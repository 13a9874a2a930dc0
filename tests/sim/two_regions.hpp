// Two regions 20 ms apart: what travels on the network is timed on it.
#pragma once

#include <simgrid/s4u.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/scenario/institutions.hpp"
#include "sim/agenda.hpp"
#include "sim/network.hpp"
#include "sim/platform.hpp"
#include "sim/wire.hpp"

namespace polyclinic::test {

namespace sg4 = simgrid::s4u;

// Hosts 0 and 2 in the north (2 ms within), host 1 in the south, each behind 5 ms and 12.5 MB/s upwards.
struct TwoRegions {
  explicit TwoRegions(const std::string& model) : network(model), agenda(stage), wire(agenda, network) {
    words = engine_options(model);
    words.insert(words.begin(), "test");
    words.push_back("--cfg=contexts/factory:" POLYCLINIC_TEST_CONTEXTS);
    words.push_back("--log=root.thres:error");
    for (std::string& word : words) pointers.push_back(word.data());
    int count = static_cast<int>(pointers.size());
    engine = std::make_unique<sg4::Engine>(&count, pointers.data());
    Scenario scenario;
    scenario.network.regions = {"north", "south"};
    scenario.network.latency_s = {{0.002, 0.02}, {0.02, 0.004}};
    scenario.groups.resize(1);
    scenario.groups[0].name = "hospital";
    scenario.groups[0].count = 3;  // two in the north
    scenario.groups[0].regions = {"north", "south"};
    hosts = build_platform(scenario, expand_institutions(scenario), "").institutions;
  }
  // Simulated seconds that `life` takes on the first host.
  double seconds(const std::function<void()>& life) {
    stage.spawn("test", hosts[0], life);
    engine->run();
    return sg4::Engine::get_clock();
  }

  Stage stage;
  Network network;
  Agenda agenda;
  Wire wire;
  std::vector<std::string> words;
  std::vector<char*> pointers;
  std::unique_ptr<sg4::Engine> engine;
  std::vector<sg4::Host*> hosts;
};

}  // namespace polyclinic::test
