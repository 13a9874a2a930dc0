// A chain with a probe, played to its end without a simulated world.
#pragma once

#include "tests/core/collaboration/small_chain.hpp"

namespace polyclinic::test {

// Three clinics with an mlp whose hidden layer sees the image; one step of plain SGD a round.
inline Scenario probed_scenario(std::vector<std::string> observers, std::vector<std::string> attacks = {"analytic"}) {
  Scenario scenario = small_scenario();
  scenario.chains.front().model.kind = "mlp";
  scenario.chains.front().model.widths = {16};
  scenario.chains.front().training.batch_size = 64;
  ProbeConfig probe;
  probe.observers = std::move(observers);
  probe.attacks = std::move(attacks);
  scenario.probes = {probe};
  return scenario;
}

struct PlayedChain {
  explicit PlayedChain(const Scenario& scenario) : pool(2), learning(plan_of(scenario), pool, scenario.evaluation) {
    for (std::int64_t round = 0; round < learning.plan().config.rounds; ++round) play_round(learning, round, learning.plan().members);
  }
  Pool pool;
  ChainLearning learning;
};

}  // namespace polyclinic::test
