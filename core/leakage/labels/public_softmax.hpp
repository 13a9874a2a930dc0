// What the public model says of public images: an attacker's stand-in for what it says of the records.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "core/leakage/evidence.hpp"

namespace polyclinic {

// Probabilities, float64 (n, classes), of the prior's images in training mode, as members see their own (BatchNorm by the
// statistics of up to 64 images at a time): before the update, and, where members take several steps, the mean of that and
// after it.
[[nodiscard]] at::Tensor public_softmax(const Evidence& evidence, const ObservedUpdate& update, const ImagePrior& prior);

// Why that, the gradient of the bias or its scale is not known; empty: all are.
[[nodiscard]] std::string obstacle_to_softmax(const Evidence& evidence, const ImagePrior& prior);

}  // namespace polyclinic
