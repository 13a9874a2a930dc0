// What a model's answer to a record says of whether it was trained on it.
#pragma once

#include <ATen/core/Tensor.h>

#include "core/data/dataset.hpp"

namespace polyclinic {

// Of n records, float64 (n), all from logits in double precision and finite where the logits are.
struct Confidence {
  at::Tensor probability;            // p_y of the true class
  at::Tensor loss;                   // cross-entropy, -log p_y
  at::Tensor phi;                    // log p_y - log sum over c != y of p_c = z_y - log sum of exp z_c: the log-odds of p_y
                                     // (Carlini et al. 2022, Membership inference attacks from first principles, section V.A)
  at::Tensor hinge;                  // z_y - max over c != y of z_c
};

// Logits (n, outputs); labels int64 (n). multi_label: float (n, labels) of 0 and 1; then p_y is the probability of the whole
// set of labels, the product of its labels' own, and hinge the least certain label's logit, in the direction of the truth.
// Throws Error for labels out of range and for fewer than two classes.
[[nodiscard]] Confidence confidence(const at::Tensor& logits, const at::Tensor& labels, const Task& task);

// The other two of log-odds: log-odds say all that attacks ask of a model's confidence.
[[nodiscard]] at::Tensor probability_of(const at::Tensor& phi);
[[nodiscard]] at::Tensor loss_of(const at::Tensor& phi);

}  // namespace polyclinic
