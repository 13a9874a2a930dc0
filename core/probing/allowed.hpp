// What differential privacy leaves to membership attacks, where the two can be compared.
#pragma once

#include <limits>

#include "core/collaboration/plan.hpp"

namespace polyclinic {

struct Allowance {
  double epsilon = std::numeric_limits<double>::quiet_NaN();  // spent by the last round, by the member with most to lose; NaN: none holds
  bool comparable = false;           // the trial is the one that epsilon speaks of: membership of a record was an independent coin flip,
                                     // neighbours differ by a record more or less, and epsilon is a record's
};
[[nodiscard]] Allowance allowed(const ChainPlan& plan, bool by_coins);

}  // namespace polyclinic
