// What rows about a view have in common.
#pragma once

#include <string>

#include "core/collaboration/simple_leakage.hpp"
#include "core/probing/findings.hpp"
#include "core/probing/observers.hpp"

namespace polyclinic {

template <class Row>
[[nodiscard]] Row row_about(const View& view, const ChainPlan& plan, const std::string& attack) {
  Row row;
  row.chain = plan.config.name;
  row.round = view.round;
  row.institution = view.institution();
  row.observer = view.observer;
  row.tier = tier_name(view.evidence.tier);
  row.policy = policy_name(plan.config.sharing);
  row.attack = attack;
  row.shared_fraction = view.shared_fraction;
  return row;
}

[[nodiscard]] inline SkippedAttackRow skipped_row(const View& view, const ChainPlan& plan, const std::string& attack,
                                                  const std::string& reason) {
  return {plan.config.name, view.round, view.institution(), view.observer, attack, reason};
}

}  // namespace polyclinic
