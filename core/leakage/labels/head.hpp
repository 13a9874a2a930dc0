// What was published of the last layer.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <string>

#include "core/leakage/evidence.hpp"
#include "core/leakage/labels/label_attack.hpp"

namespace polyclinic {

// The last layer in the flat layout: weight (classes, features) and bias (classes).
struct Head {
  std::int64_t classes = 0, features = 0;
  std::int64_t weight = 0, bias = 0;  // first coordinates
};
[[nodiscard]] Head head_of(const Model& model);

// The mean gradient over a member's local steps, as plain SGD's difference gives it away: -difference / (lr x steps), with
// momentum so many steps as each gradient was applied in all; what weight decay adds is left in. At T0, and where the optimizer
// is another, the scale is not known and -difference itself stands for it. float64 (classes). Over classes the gradients of softmax
// and cross-entropy sum to zero, for the bias and for each feature: what is missing of a sum is shared out among the classes that
// miss. NaN where no class's was published.
[[nodiscard]] at::Tensor bias_gradient(const Evidence& evidence, const ObservedUpdate& update);
// The sums over the rows of the weight's, from the mean of the features of which something was published.
[[nodiscard]] at::Tensor row_gradient(const Evidence& evidence, const ObservedUpdate& update);
using ClassGradient = at::Tensor (*)(const Evidence& evidence, const ObservedUpdate& update);
[[nodiscard]] bool knows_scale(const Evidence& evidence);
// Local steps of one contributor; 1 at T0.
[[nodiscard]] std::int64_t local_steps(const Evidence& evidence, const ObservedUpdate& update);

// Whether the position is published, bool (classes, features + 1), the bias last.
[[nodiscard]] at::Tensor published_head(const Evidence& evidence, const ObservedUpdate& update);

// The updates of which such a gradient tells classes apart: it is known, and lowest for one alone.
[[nodiscard]] Evidence telling(const Evidence& evidence, ClassGradient gradient);

// Why no attack on labels works: each record has several, or no update tells such a gradient.
[[nodiscard]] std::string obstacle_to_bias(const Evidence& evidence);
[[nodiscard]] std::string obstacle_to_weights(const Evidence& evidence);

// Counts (float64, classes) of one update, in whatever unit.
using Counts = std::function<at::Tensor(const ObservedUpdate& update)>;
// Their mean over the evidence's updates, as whole numbers that add up to the samples behind an update.
[[nodiscard]] LabelGuess mean_guess(const Evidence& evidence, const Counts& counts);

// Numbers >= 0 that add up to `total`, in proportion to `shares` (negative ones count as 0; with nothing left, all alike),
// rounded by the largest remainder; of equal ones the first.
[[nodiscard]] at::Tensor apportioned(const at::Tensor& shares, std::int64_t total);

// As make_bias_corrected() says: `gradient` (classes), a record pulls by `impact` x the negative gradients' mean over records.
[[nodiscard]] at::Tensor greedy_counts(const at::Tensor& gradient, std::int64_t samples, double impact);

}  // namespace polyclinic
