// What chains give one another, in words, one line each, for `polyclinic check`.
#pragma once

#include <string>
#include <vector>

#include "core/collaboration/plan.hpp"

namespace polyclinic {

// Of one of `plans`: what it publishes for others, from whom it learns what and how, and which tensors their models have in common.
// Throws UsageError where they have none although a use needs them, or where classes do not fit.
[[nodiscard]] std::vector<std::string> exchange_lines(const ChainPlan& plan, const std::vector<ChainPlanPointer>& plans);

}  // namespace polyclinic
