// An institution's training as a function of rows that are only guessed: the computation of train(), but differentiable, so that an
// attack can ask which rows would have led to what was published.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "core/leakage/evidence.hpp"

namespace polyclinic {

// What is known, or assumed, of how an update came about.
struct LocalTraining {
  std::int64_t rows = 1;             // of each contributor, rounded up where they do not divide evenly
  std::int64_t contributors = 1;     // what was published is their mean
  std::int64_t batch = 1;            // rows a step; the last batch of an epoch may be smaller
  std::int64_t steps = 1;
  double lr = 1.0;
  double momentum = 0.0;
  double weight_decay = 0.0;
  bool nesterov = false;
  double clip_norm = 0.0;            // 0: no clipping
  double sample_clip_norm = 0.0;     // of each row's own gradient; 0: none
  bool scale_known = true;           // false: only the direction of what was published means anything
};

// By the tier: T0 knows no configuration and takes the update for one step on all rows, its length unknown. So does every tier
// where the optimizer is adam or adamw, whose first step keeps hardly more than signs. The order in which train() draws its batches
// is secret: the guess is that every epoch runs through the rows in one order. Decoys of the procedure (noise, augmentation,
// FedProx's pull) are left out.
[[nodiscard]] LocalTraining local_training(const Evidence& evidence, const ObservedUpdate& update);

// Row visits of one contributor: the sum of its batches' sizes.
[[nodiscard]] std::int64_t visits(const LocalTraining& training);

// One batch of one step: rows first .. first + count - 1 of all guessed ones, and how many visits went before.
struct Turn {
  std::int64_t first = 0;
  std::int64_t count = 0;
  std::int64_t visit = 0;
};
// What a step descends: a scalar, of the model's tensors in layout order.
using StepLoss = std::function<at::Tensor(const std::vector<at::Tensor>& tensors, const Turn& turn)>;

// (start - trained) / lr, flat over the weights: of one plain step the gradient. `start` is flat over the layout, all of it known;
// may itself require gradients. Tensors before `moving` in layout order are trained, the others stay as they are and get zeros.
[[nodiscard]] at::Tensor replay(const LocalTraining& training, const Layout& layout, const at::Tensor& start, std::size_t moving,
                                const StepLoss& loss);

}  // namespace polyclinic
