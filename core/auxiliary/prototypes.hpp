// Class means of features (FedProto, Tan et al. 2022) as an institution shares them: through its chain's share policy, like every
// update, and only of classes with enough rows, since the mean of one row is that row's features.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "core/auxiliary/object.hpp"
#include "core/base/seed.hpp"
#include "core/scenario/scenario.hpp"
#include "core/sharing/policy.hpp"

namespace polyclinic {

// The chain's steps, precision and bounds over a single tensor "prototypes" of classes x features; what names a model's tensors
// (step layers, patterns, buffers) does not apply, nor does anything that is carried from round to round.
[[nodiscard]] std::shared_ptr<const SharePolicy> prototype_policy(const SharingConfig& config, std::int64_t classes,
                                                                  std::int64_t features);

struct SharedPrototypes {
  PublishedPrototypes published;        // classes 0 where no class has enough rows
  Egress egress;
};
// `means` (classes, features) and `counts` (int64, classes) of one institution; `seeds` as for SharePolicy::share().
[[nodiscard]] SharedPrototypes share_prototypes(const at::Tensor& means, const at::Tensor& counts, std::int64_t min_rows,
                                                const SharingConfig& config, const ShareSeeds& seeds);

// Several institutions' prototypes as one: per class and feature the mean over those that published it, weighted by `samples`.
struct MergedPrototypes {
  at::Tensor means;                     // float32 (classes, features); 0 where not known
  at::Tensor known;                     // bool (classes, features)
};
struct WeightedPrototypes {
  const PublishedPrototypes* published;
  std::int64_t samples = 0;             // training rows of the institution
};
// All of one task and model. Throws Error where they differ in classes or features, or an update is none over them.
[[nodiscard]] MergedPrototypes merge(const std::vector<WeightedPrototypes>& published, const SharingConfig& config);

}  // namespace polyclinic
