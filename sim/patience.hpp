// How long to wait: until a run counts as stalled, and until a transaction counts as lost.
#pragma once

#include <functional>

#include "core/scenario/scenario.hpp"

namespace polyclinic {

// network.patience_s, and three times what may pass in good health without a word: until a block is final, and until who churns
// is back. Exponential times are above three times their mean once in twenty, a sum of several far less often.
[[nodiscard]] double patience_s(const Scenario& scenario, const ChainConfig& chain);

// Who has sent a transaction takes it for lost after so long: what is to be buried under blocks takes as many intervals longer.
[[nodiscard]] double finality_patience_s(const ConsensusConfig& consensus);
// The calling actor looks once a block interval whether that has happened, and gives up when it would take it for lost.
void await_finality(const ConsensusConfig& consensus, const std::function<bool()>& has_happened);

}  // namespace polyclinic
