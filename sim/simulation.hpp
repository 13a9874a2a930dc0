// Builds the simulated worlds of a scenario, runs them once, and turns an actor's failure or a deadlock into one error.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/collaboration/plan.hpp"
#include "core/compute/pool.hpp"
#include "core/record/recorder.hpp"
#include "core/scenario/institutions.hpp"
#include "core/scenario/scenario.hpp"
#include "sim/chain_world.hpp"
#include "sim/progress.hpp"

namespace polyclinic {

// What must not change a result.
struct SimulationSettings {
  std::string context_factory = "raw";  // raw, thread (for sanitizers and debuggers), boost
};

class Simulation {
 public:
  // SimGrid's engine is one per process: a second Simulation throws. All references must outlive this.
  Simulation(const Scenario& scenario, const std::vector<ChainPlanPointer>& plans, Pool& pool, Recorder& recorder,
             Progress& progress, const SimulationSettings& settings = {});
  ~Simulation();

  // Runs to the end, recording as it goes. Throws what an actor threw, or Error on a deadlock.
  void run();

  [[nodiscard]] const ChainWorld& chain(ChainId chain) const;
  // What it took: dated calls and SimGrid flows of chain nodes, in all worlds.
  [[nodiscard]] std::uint64_t calls() const;
  [[nodiscard]] std::uint64_t flows() const;
  // The scenario's institutions with the speeds and links that they have on this platform.
  [[nodiscard]] const std::vector<Institution>& institutions() const;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace polyclinic
