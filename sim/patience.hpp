// How long nothing may go forward until a run counts as stalled.
#pragma once

#include "core/scenario/scenario.hpp"

namespace polyclinic {

// network.patience_s, and three times what may pass in good health without a word: until a block is final, and until who churns
// is back. Exponential times are above three times their mean once in twenty, a sum of several far less often.
[[nodiscard]] double patience_s(const Scenario& scenario, const ChainConfig& chain);

}  // namespace polyclinic
