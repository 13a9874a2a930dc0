// What an institution's updates say of its data as a whole. A new attack is a new file beside this one and a line in table.cpp.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/named_kind.hpp"
#include "core/leakage/evidence.hpp"

namespace polyclinic {

// What an attacker knows besides the evidence.
struct PropertyKnowledge {
  ImagePrior prior;
  std::vector<ObservedUpdate> simulated;  // of data sets of its own, in the way that the victim's were made and published, from
                                          // the same public models; `samples` is the size. May be empty
};

class PropertyAttack {
 public:
  virtual ~PropertyAttack() = default;
  // "label_histogram": shares of the classes; "samples": the size, a single number; "batch_means": of what BatchNorm layers
  // see.
  [[nodiscard]] virtual std::string property() const = 0;
  // Empty: it can be tried; else why not ("no running mean is published").
  [[nodiscard]] virtual std::string obstacle(const Evidence& evidence, const PropertyKnowledge& knowledge) const = 0;
  // float64 (one number or more). A pure function. Needs that there be no obstacle.
  [[nodiscard]] virtual at::Tensor guess(const Evidence& evidence, const PropertyKnowledge& knowledge) const = 0;
  // The same by somebody who has seen no update of the victim's: the best of these counts as chance.
  [[nodiscard]] virtual std::vector<at::Tensor> without_update(const Evidence& evidence,
                                                               const PropertyKnowledge& knowledge) const = 0;
  // 0 for a guess that is right.
  [[nodiscard]] virtual double error(const at::Tensor& guess, const at::Tensor& truth) const = 0;
};

// Counts of the victim's classes from all its updates, by the first of class_prior, prior_p, bias_corrected, row_sums,
// indices_only that the evidence allows. Without an update: all classes alike, or shares as in the prior. Error: total
// variation, half the sum of distances.
[[nodiscard]] std::unique_ptr<const PropertyAttack> make_label_histogram();
// log n = a + b log |u|, fitted to the simulated updates by least squares, where |u| is the length of what is published; of
// several updates the mean log-length. Does not look at the sample count that a transaction states. Without an update: mean and
// median of the simulated sizes. Error: |guess - n| / n.
[[nodiscard]] std::unique_ptr<const PropertyAttack> make_size_from_norm();
// Where running statistics are published: a local step moves a running mean r to (1 - m) r + m x, m = 0.1, so that x, of
// several steps their mean with weights (1 - m)^(steps to go), is (r' - (1 - m)^steps r) / (1 - (1 - m)^steps). All published
// running means one after the other, of the last update. Without an update: r itself. Error: |guess - truth| / |truth|.
[[nodiscard]] std::unique_ptr<const PropertyAttack> make_batch_norm_statistics();

[[nodiscard]] std::vector<NamedKind> property_attacks();
[[nodiscard]] std::unique_ptr<const PropertyAttack> make_property_attack(const std::string& name);  // throws UsageError

struct PropertyScore {
  double error = 0.0;
  double chance_error = 0.0;
  double skill = 0.0;                // 1 - error / chance_error; NaN where chance makes no error
};
// `truth`: as guess().
[[nodiscard]] PropertyScore scored(const PropertyAttack& attack, const Evidence& evidence, const PropertyKnowledge& knowledge,
                                   const at::Tensor& truth);

// For the one who scores: what batch_norm_statistics looks for, the means over all of `images` (in 0 .. 1) that the model's
// BatchNorm layers see in training mode, in the order of the running means in the layout. `numbers`: flat over the layout,
// wholly known.
[[nodiscard]] at::Tensor batch_means(const Model& model, const at::Tensor& numbers, const at::Tensor& images,
                                     const Normalization& normalization);

}  // namespace polyclinic
