// What an attack supposes about an update besides the images: which labels they have, or what the head that nobody published did.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

#include "core/base/seed.hpp"
#include "core/leakage/evidence.hpp"
#include "core/leakage/inversion/matching.hpp"

namespace polyclinic {

class Hypothesis {
 public:
  virtual ~Hypothesis() = default;
  // The numbers that it leaves open, varied together with the images: where to start. Flat, maybe empty.
  [[nodiscard]] virtual at::Tensor start(Seed seed) const = 0;
  // What the targets should be compared with.
  [[nodiscard]] virtual const std::vector<Target>& targets() const = 0;
  // The update that `inputs` (rows as the model sees them) would have led to, flat over the weights as Target::gradient is; of the
  // target at `place`. Differentiable in both.
  [[nodiscard]] virtual at::Tensor simulate(std::size_t place, const at::Tensor& inputs, const at::Tensor& open) const = 0;
  // int64 (rows); undefined: it does not say.
  [[nodiscard]] virtual at::Tensor labels(const at::Tensor& open) const = 0;
};

// Everything is known but the images.
[[nodiscard]] std::unique_ptr<const Hypothesis> with_labels(const Evidence& evidence, const at::Tensor& labels);
// Labels are guessed too, as the logits of a distribution for each row (Zhu, Liu, Han 2019).
[[nodiscard]] std::unique_ptr<const Hypothesis> with_open_labels(const Evidence& evidence);
// Whatever head and label there may be, they act on the body through the gradient with respect to the features alone: that is
// open, one for each visit of a row. So are weights of the body that are not public, and start as the model initialises them.
[[nodiscard]] std::unique_ptr<const Hypothesis> with_open_head(const Evidence& evidence);

// The sum over all targets. A differentiable scalar.
[[nodiscard]] at::Tensor mismatch(const Hypothesis& hypothesis, Distance kind, const at::Tensor& inputs, const at::Tensor& open);
// Of the target at `place`.
[[nodiscard]] at::Tensor mismatch_of(const Hypothesis& hypothesis, std::size_t place, Distance kind, const at::Tensor& inputs,
                                     const at::Tensor& open);

// Images behind an update: as many as rows count.
[[nodiscard]] std::int64_t rows_behind(const Evidence& evidence);
// Of these the records that there are: fewer where contributors do not divide evenly.
[[nodiscard]] std::int64_t records_behind(const Evidence& evidence);

}  // namespace polyclinic
