#include "core/probing/allowed.hpp"

#include <algorithm>

#include "core/collaboration/protection.hpp"
#include "core/privacy/accountant.hpp"

namespace polyclinic {

Allowance allowed(const ChainPlan& plan, bool by_coins) {
  const Protection protection = protection_of(plan);
  Allowance allowance;
  if (protection.unit.empty() || !protection.reason.empty()) return allowance;
  const auto accountant = make_accountant(plan.config.privacy);
  allowance.epsilon = 0.0;
  for (const InstitutionId member : plan.members) {
    const auto updates = planned_updates(plan, member);
    if (!updates) return {};
    allowance.epsilon = std::max(allowance.epsilon, accountant->epsilon(releases_of(plan, member, *updates), plan.config.privacy.delta).epsilon);
  }
  allowance.comparable = by_coins && protection.unit == "record" && protection.adjacency == "add/remove";
  return allowance;
}

}  // namespace polyclinic
