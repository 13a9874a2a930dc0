#include "sim/speed_levels.hpp"

#include <algorithm>

#include "core/scenario/fault_schedule.hpp"

namespace polyclinic {
namespace {

// When the last slow machine is as fast as it ever will be.
double last_change_s(const Scenario& scenario) {
  double last_s = -1.0;
  for (const FaultConfig& fault : scenario.faults) {
    if (fault.kind == "slow") last_s = std::max(last_s, fault.at_s + fault.within_s + fault.for_s);
  }
  return last_s;
}

std::vector<Party> parties_of(const FaultEvent& event) {
  std::vector<Party> parties(event.institutions.begin(), event.institutions.end());
  for (const NodeId validator : event.validators) parties.emplace_back(event.chain, validator);
  return parties;
}

}  // namespace

std::map<Party, std::vector<double>> speed_levels(const Scenario& scenario) {
  std::map<Party, std::vector<double>> levels;
  FaultSchedule schedule(scenario);
  FaultState state(scenario);
  const double until_s = last_change_s(scenario);
  if (until_s < 0.0) return levels;
  for (const FaultEvent& event : schedule.take(until_s)) {
    (void)state.apply(event);
    if (event.kind != "slow") continue;
    for (const Party& party : parties_of(event)) {
      std::vector<double>& factors = levels.try_emplace(party, std::vector{1.0}).first->second;
      const double factor = state.speed_factor(party);
      if (std::ranges::find(factors, factor) == factors.end()) factors.push_back(factor);
    }
  }
  return levels;
}

}  // namespace polyclinic
