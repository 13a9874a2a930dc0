// Who on a chain is hostile, from the scenario's [[behaviour]] tables.
#pragma once

#include <vector>

#include "core/base/ids.hpp"
#include "core/scenario/scenario.hpp"
#include "core/sharing/behaviours/conduct.hpp"

namespace polyclinic {

// How each of `members` conducts itself on `chain`, by position: the behaviours that name it or its group, in the order
// written. Those of validators (without institutions) and of relayers are left out. Throws UsageError for institutions that shall
// behave as only validators can.
[[nodiscard]] std::vector<Conduct> conducts_of(const Scenario& scenario, const ChainConfig& chain,
                                               const std::vector<InstitutionId>& members);

}  // namespace polyclinic
