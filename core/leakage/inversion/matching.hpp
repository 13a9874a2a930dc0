// What an attack matches: published numbers, known numbers, and the distance between what was published and what a guess would have
// led to.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "core/leakage/evidence.hpp"
#include "core/leakage/inversion/local_training.hpp"

namespace polyclinic {

// One published update over the weights (buffers are no function of gradients), in the units of a gradient.
struct Target {
  LocalTraining training;
  at::Tensor start;        // flat over the layout; what is unknown holds the model's own initial values
  at::Tensor unknown;      // int64: weights in `start` that are not known
  at::Tensor published;    // 1 where a number was published, else 0; flat over the weights
  at::Tensor gradient;     // (before - after) / lr there, else 0
  double length = 0.0;     // of `gradient`
};
[[nodiscard]] std::vector<Target> targets_of(const Evidence& evidence);

// Of targets, those of the body alone: of the head nothing counts as published.
[[nodiscard]] std::vector<Target> without_head(std::vector<Target> targets, const Model& model);
// Weights of the body: they come first.
[[nodiscard]] std::int64_t body_size(const Model& model);

// squared: the sum of squared differences (Zhu, Liu, Han 2019); where the scale is not known, the smallest that any scale gives.
// cosine: 1 - the cosine over all tensors together (Geiping et al. 2020). Both over the published numbers alone.
enum class Distance { squared, cosine };
// `simulated`: flat over the weights. A differentiable scalar.
[[nodiscard]] at::Tensor distance(Distance kind, const Target& target, const at::Tensor& simulated);

// Why no inversion can be tried on this evidence; empty: none.
[[nodiscard]] std::string no_images_at_all(const Evidence& evidence);
// The same, of attacks that follow the whole computation: a number that they need is not public.
[[nodiscard]] std::string unknown_weights(const Evidence& evidence);
// The same, of attacks on the body alone.
[[nodiscard]] std::string no_body(const Evidence& evidence);

}  // namespace polyclinic
