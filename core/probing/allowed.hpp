// What differential privacy leaves to membership attacks, where the two can be compared.
#pragma once

#include <limits>
#include <vector>

#include "core/collaboration/plan.hpp"
#include "core/probing/shadows.hpp"

namespace polyclinic {

struct Allowance {
  double epsilon = std::numeric_limits<double>::quiet_NaN();  // spent by the last round, by the member with most to lose; NaN: none holds
  bool comparable = false;           // the trial is the one that epsilon speaks of: membership of a record was an independent coin flip,
                                     // neighbours differ by a record more or less, and epsilon is a record's
};
[[nodiscard]] Allowance allowed(const ChainPlan& plan, bool by_coins);

// Of the shadow (one for each row of `coins`) that spends most: one with fewer records samples more of them at each step, in fewer steps.
[[nodiscard]] Allowance allowed_of_shadows(const ShadowSetting& setting, const std::vector<std::vector<bool>>& coins);

}  // namespace polyclinic
