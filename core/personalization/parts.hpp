// Parts of a model, as masks: 1 for each coordinate of the flat layout that belongs to the part, 0 for the others.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "core/learning/model.hpp"

namespace polyclinic {

// The tensors (weights and buffers) that a pattern matches. Throws UsageError for a pattern without a match, and where no
// weight or every tensor would belong; the message begins with `key`.
[[nodiscard]] at::Tensor matching_part(const Layout& layout, const std::vector<std::string>& patterns, const std::string& key);

// The last layer.
[[nodiscard]] at::Tensor head_part(const Model& model);

// Normalisation layers with all that they have: scale, shift, running statistics. They are those whose weight has one
// dimension: a number a channel, where a convolution or a linear layer has a number a connection. Undefined where there is
// none.
[[nodiscard]] at::Tensor normalization_part(const Layout& layout);

// The coordinates that `part` leaves.
[[nodiscard]] at::Tensor rest_of(const at::Tensor& part);

}  // namespace polyclinic
