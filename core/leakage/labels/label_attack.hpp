// From what was published back to how many records of each class are behind it. With the mean softmax p of a batch of B records
// and the mean gradient g with respect to the last layer's bias, n_c = B (p_c - g_c) exactly: attacks differ in what they take
// for p. A new attack is a new file beside this one and a line in table.cpp.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/named_kind.hpp"
#include "core/leakage/evidence.hpp"

namespace polyclinic {

struct LabelGuess {
  at::Tensor counts;                 // int64 (classes), of all samples behind an update
  at::Tensor exists;                 // bool (classes): whether there is any
};

class LabelAttack {
 public:
  virtual ~LabelAttack() = default;
  // Empty: it can be tried on this evidence; else why not ("the last layer's bias is not published").
  [[nodiscard]] virtual std::string obstacle(const Evidence& evidence, const ImagePrior& prior) const = 0;
  // Of several updates about the same records, the mean of what each says. A pure function. Needs that there be no obstacle.
  [[nodiscard]] virtual LabelGuess guess(const Evidence& evidence, const ImagePrior& prior) const = 0;
};

// Classes with a negative bias gradient get a record each, the rest of the records go to these by how negative they are. Right
// where all labels differ and p_c < 1/B.
[[nodiscard]] std::unique_ptr<const LabelAttack> make_bias_sign();
// The same first; then the class whose gradient is the lowest gets a record, which raises it by what one record pulls down on
// average, and so on until all have one (breaching's "bias-corrected").
[[nodiscard]] std::unique_ptr<const LabelAttack> make_bias_corrected();
// The same with the row sums of the last layer's weight gradient, where a record pulls by (1 + 1/C) as much (Wainakh et al.
// 2022, User-level label leakage from gradients, LLG). For features that are not negative; needs no bias.
[[nodiscard]] std::unique_ptr<const LabelAttack> make_row_sums();
// p is the public model's mean softmax on public images; where members take several steps, halfway to the model with the
// update.
[[nodiscard]] std::unique_ptr<const LabelAttack> make_prior_p();
// p_c = sum over k of n_k / B x the mean softmax of c on public images of class k, the best linear estimate of n: the same without
// assuming that the records are mixed like the public images. A definition of our own, akin to iLRG (Ma et al. 2023).
[[nodiscard]] std::unique_ptr<const LabelAttack> make_class_prior();
// From nothing but which of the last layer's coordinates were published (top-k): rows with more of them stand for more records.
[[nodiscard]] std::unique_ptr<const LabelAttack> make_indices_only();

[[nodiscard]] std::vector<NamedKind> label_attacks();
[[nodiscard]] std::unique_ptr<const LabelAttack> make_label_attack(const std::string& name);  // throws UsageError

}  // namespace polyclinic
