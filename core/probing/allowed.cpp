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

Allowance allowed_of_shadows(const ShadowSetting& setting, const std::vector<std::vector<bool>>& coins) {
  Allowance most = allowed(*setting.plan, true);
  if (!most.comparable) return most;
  most.epsilon = 0.0;
  for (const std::vector<bool>& is_in : coins) {
    most.epsilon = std::max(most.epsilon, allowed(*resampled(setting, is_in, setting.plan->seed), true).epsilon);
  }
  return most;
}

}  // namespace polyclinic
