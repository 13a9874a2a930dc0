#include "core/collaboration/conducts.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/ledger/hostile_validator.hpp"
#include "core/scenario/institutions.hpp"

namespace polyclinic {
namespace {

bool is_among(const std::vector<NamedKind>& kinds, const std::string& kind) {
  return std::ranges::find(kinds, kind, &NamedKind::name) != kinds.end();
}

// Whether it concerns what an institution learns or publishes here, and not what it carries as a relayer.
bool is_of_members(const BehaviourConfig& behaviour) {
  if (behaviour.institutions.empty()) return false;
  if (!is_among(validator_behaviours(), behaviour.kind)) return is_among(institution_behaviours(), behaviour.kind);
  throw UsageError(fmt::format("the [[behaviour]] \"{}\" is none of an institution's: it needs validators, not institutions",
                               behaviour.kind));
}

}  // namespace

std::vector<Conduct> conducts_of(const Scenario& scenario, const ChainConfig& chain,
                                 const std::vector<InstitutionId>& members) {
  std::vector<std::vector<BehaviourConfig>> configs(members.size());
  for (const BehaviourConfig& behaviour : scenario.behaviours) {
    if ((!behaviour.chain.empty() && behaviour.chain != chain.name) || !is_of_members(behaviour)) continue;
    for (const InstitutionId hostile : institutions_matching(scenario, behaviour.institutions)) {
      const auto found = std::ranges::lower_bound(members, hostile);
      if (found == members.end() || *found != hostile) continue;
      configs[static_cast<std::size_t>(found - members.begin())].push_back(behaviour);
    }
  }
  std::vector<Conduct> conducts;
  for (const auto& of_member : configs) conducts.emplace_back(of_member);
  return conducts;
}

}  // namespace polyclinic
