#include "sim/speed_levels.hpp"

#include <algorithm>
#include <limits>

#include "core/scenario/fault_schedule.hpp"

namespace polyclinic {
namespace {

std::vector<Party> parties_of(const FaultEvent& event) {
  std::vector<Party> parties(event.institutions.begin(), event.institutions.end());
  for (const NodeId validator : event.validators) parties.emplace_back(event.chain, validator);
  return parties;
}

}  // namespace

std::map<Party, std::vector<double>> speed_levels(const Scenario& scenario) {
  std::map<Party, std::vector<double>> levels;
  FaultState state(scenario);
  for (const FaultEvent& event : FaultSchedule(scenario, "slow").take(std::numeric_limits<double>::max())) {
    (void)state.apply(event);
    for (const Party& party : parties_of(event)) {
      std::vector<double>& factors = levels.try_emplace(party, std::vector{1.0}).first->second;
      const double factor = state.speed_factor(party);
      if (std::ranges::find(factors, factor) == factors.end()) factors.push_back(factor);
    }
  }
  return levels;
}

}  // namespace polyclinic
