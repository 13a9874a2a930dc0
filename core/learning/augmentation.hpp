// Random geometry for training images, drawn per sample.
#pragma once

#include <ATen/core/Tensor.h>

#include "core/base/seed.hpp"
#include "core/scenario/scenario.hpp"

namespace polyclinic {

[[nodiscard]] bool augments(const AugmentConfig& config);

// `images` (n, channels, height, width), each flipped, shifted and rotated about its centre by one draw of its own, in one
// bilinear resampling; what comes from outside an image repeats its border. Rotation keeps angles in pixels, also where height
// and width differ. Draws, a sample: flip, shift right, shift down, rotation, each only if configured.
[[nodiscard]] at::Tensor augment(const at::Tensor& images, const AugmentConfig& config, Random& random);

}  // namespace polyclinic
