// Images between what attacks vary, inputs as a model sees them, and what they are after.
#pragma once

#include <ATen/core/Tensor.h>

#include "core/base/seed.hpp"
#include "core/data/dataset.hpp"
#include "core/leakage/evidence.hpp"

namespace polyclinic {

// The inverse of normalized(), differentiable and not clamped.
[[nodiscard]] at::Tensor pixels(const at::Tensor& inputs, const Normalization& normalization);

// The inputs of black and of white pixels, of one image's shape: the box that real images lie in.
struct Box {
  at::Tensor low;
  at::Tensor high;
};
[[nodiscard]] Box box_of(const InputShape& shape, const Normalization& normalization);

// Anisotropic: the mean absolute difference of horizontal neighbours plus that of vertical ones. Of images (n, channels, height,
// width); a differentiable scalar.
[[nodiscard]] at::Tensor total_variation(const at::Tensor& images);

// Standard normal numbers, of the size given.
[[nodiscard]] at::Tensor normal_numbers(at::IntArrayRef size, Seed seed);

}  // namespace polyclinic
