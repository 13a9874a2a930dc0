// How right a guess of labels is, and how right one would be without any update.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "core/leakage/labels/label_attack.hpp"

namespace polyclinic {

struct LabelScore {
  double count_accuracy = 0.0;       // 1 - sum |n - guess| / (2 samples)
  double count_chance = 0.0;         // of the guess that the records are mixed like the attacker's prior, which is better than
                                     // to draw them from it
  double count_skill = 0.0;          // (accuracy - chance) / (1 - chance); NaN where chance is always right. Over several rows
                                     // the mean of this says little: take the means of accuracy and chance first
  double existence_accuracy = 0.0;   // share of the classes of which it is right whether there are any
  double existence_chance = 0.0;     // of the guess that those exist which do in at least half of all draws from the prior
};

// `truth`: int64 (classes), at least one record. `prior`: float64 (classes), what is known of the classes' shares without an
// update, adds up to 1.
[[nodiscard]] LabelScore scored(const LabelGuess& guess, const at::Tensor& truth, const at::Tensor& prior);

// The classes' shares among the prior's images; all alike where it has none.
[[nodiscard]] at::Tensor class_shares(const ImagePrior& prior, std::int64_t classes);

// The count accuracy that is expected where truth and guess are drawn independently, `samples` records each from `shares`: what
// is often called chance. Exact, by sums over binomial distributions; .10, .45, .71, .85 for 1, 8, 32, 128 records of ten equal
// classes.
[[nodiscard]] double accuracy_of_drawing(std::int64_t samples, const at::Tensor& shares);

}  // namespace polyclinic
