#include "core/collaboration/conducts.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/scenario/institutions.hpp"

namespace polyclinic {
namespace {

void require_institutions_kind(const std::string& kind) {
  const auto kinds = institution_behaviours();
  if (std::ranges::find(kinds, kind, &NamedKind::name) != kinds.end()) return;
  throw UsageError(fmt::format("the [[behaviour]] \"{}\" is none of an institution's: it needs validators, not institutions",
                               kind));
}

}  // namespace

std::vector<Conduct> conducts_of(const Scenario& scenario, const ChainConfig& chain,
                                 const std::vector<InstitutionId>& members) {
  std::vector<std::vector<BehaviourConfig>> configs(members.size());
  for (const BehaviourConfig& behaviour : scenario.behaviours) {
    if (behaviour.institutions.empty() || (!behaviour.chain.empty() && behaviour.chain != chain.name)) continue;
    require_institutions_kind(behaviour.kind);
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
