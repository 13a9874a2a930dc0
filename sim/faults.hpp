// Carries out the scenario's faults in one world: switches machines off and on, slows them down, degrades links, and knows who
// reaches whom.
#pragma once

#include <simgrid/forward.h>

#include <map>
#include <string>
#include <vector>

#include "core/base/seed.hpp"
#include "core/scenario/fault_schedule.hpp"
#include "core/scenario/fault_state.hpp"
#include "sim/chain_world.hpp"
#include "sim/platform.hpp"
#include "sim/reachability.hpp"
#include "sim/services.hpp"

namespace polyclinic {

class Faults : public Reachability {
 public:
  // `hosts`: of this world. Throws UsageError where a platform file's machines would have to be slowed or their links
  // degraded: their links are shared in ways that only the file knows.
  Faults(const Scenario& scenario, const Hosts& hosts, Agenda& agenda, Network& network);

  // The world has begun: its chains, by id. References must outlive the engine.
  void begin(std::vector<ChainWorld*> chains);
  void end() { ended_ = true; }

  [[nodiscard]] bool is_up(const Party& party) const override { return !state_.is_down(party); }
  [[nodiscard]] bool connects(const Party& from, const Party& to) const override;
  [[nodiscard]] bool loses(ChainId chain) override;
  [[nodiscard]] bool will_change() const override { return !ended_ && pending_ > 0; }

 private:
  struct Link {
    simgrid::s4u::Link* link;
    double bytes_per_s;
    double latency_s;
  };

  void schedule_next();
  void happen(const FaultEvent& event);
  void switch_off(const Party& party);
  void switch_on(const Party& party);
  void adjust(const Party& party);
  [[nodiscard]] simgrid::s4u::Host* host(const Party& party) const;
  void record(const FaultEvent& event, const FaultState::Change& change);

  const Scenario& scenario_;
  const Hosts& hosts_;
  Agenda& agenda_;
  Network& network_;
  FaultSchedule schedule_;
  FaultState state_;
  Random losses_;
  std::vector<ChainWorld*> chains_;
  std::map<Party, std::vector<Link>> links_;  // of degraded parties, as they were built
  double origin_s_ = 0.0;
  std::int64_t pending_ = 0;                  // beginnings and ends yet to come of faults without churn
  bool ended_ = false;
};

}  // namespace polyclinic
