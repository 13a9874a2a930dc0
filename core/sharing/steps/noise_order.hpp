// Where noise may stand among the steps of a policy for the result to be differentially private.
#pragma once

#include "core/scenario/scenario.hpp"

namespace polyclinic {

// Throws UsageError unless
//   - "noise" comes after "clip_norm", whose bound is what the noise is measured in (between the two, steps that only shorten
//     the update are fine: clip, random);
//   - nothing before "noise" chooses coordinates by the data (top_k, selective, sparse_vector): which ones were chosen would be
//     published without noise, and with them much of the update. After the noise such a choice costs nothing: it looks at what
//     is private already;
//   - there is one "noise" at most, and none beside "sparse_vector", which adds its own.
// With noise before top_k the residual is private too: what waits there for a later round has its noise already, and adding it
// to that round's noisy update looks at nothing else. Each round's noise is accounted for, published or not.
void require_noise_in_order(const SharingConfig& config);

}  // namespace polyclinic
