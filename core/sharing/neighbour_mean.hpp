// Averaging with neighbours: there is no global model, each takes the mean of its own and what its neighbours published.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "core/sharing/policy.hpp"

namespace polyclinic {

struct MixTerm {
  double weight = 0.0;                // above 0
  SharedUpdatePointer update;         // a neighbour's; null: one's own
};

// `own` (float32, flat over the layout) with each shareable coordinate replaced by sum(weight * value) / sum(weight) over
// itself and those neighbours that published the coordinate. Sums are in double precision, in the order of the terms, one of
// which is one's own. A coordinate that no neighbour published keeps every bit. Throws Error for bytes that are no update
// over the policy's coordinates, and numbers that are not finite.
[[nodiscard]] at::Tensor neighbour_mean(const SharePolicy& policy, const at::Tensor& own, const std::vector<MixTerm>& terms);

}  // namespace polyclinic
