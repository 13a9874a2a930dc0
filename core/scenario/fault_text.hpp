// What follows at once from a fault's beginning or end, in words for /events.
#pragma once

#include <string>

#include "core/scenario/fault_state.hpp"

namespace polyclinic {

// `state`: after `event` was applied, which made `change`. Says how things are now, with all faults that overlap: "2 machines
// are down", "computes at 0.1 of its speed", "1 institution and 2 validators are cut off from the others".
[[nodiscard]] std::string consequence_text(const FaultState& state, const FaultEvent& event, const FaultState::Change& change);

}  // namespace polyclinic
