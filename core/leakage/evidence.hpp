// All that an attack is given: what its observer saw, decoded from the bytes that were published, and what is public or, by the
// stated tier, known besides. Nothing in here refers to a PrivateUpdate, to rows, or to anything else that stayed inside.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/data/dataset.hpp"
#include "core/learning/model.hpp"
#include "core/scenario/scenario.hpp"
#include "core/sharing/policy.hpp"

namespace polyclinic {

enum class Tier { T0, T1, T2, T3 };
[[nodiscard]] Tier tier_of(const std::string& name);  // throws UsageError
[[nodiscard]] const char* tier_name(Tier tier);

// A published difference "trained - before", as the observer holds it; of several contributors the mean weighted by their samples.
struct ObservedUpdate {
  std::int64_t round = 0;            // rounds closed before: 0 is the first
  at::Tensor positions;              // int64 (m), sorted, into the flat layout
  at::Tensor values;                 // float32 (m)
  at::Tensor before;                 // float32, flat over the layout: the public model that training began with; NaN where it is not
                                     // public
  std::int64_t samples = 0;          // behind it: the transaction says so
  std::int64_t contributors = 1;
};

// T3: what an observer would have to be told. Undefined: not known.
struct Assistance {
  at::Tensor labels;                 // int64 (samples), in the order of the victim's rows
  at::Tensor private_numbers;        // flat over the layout: the victim's own before the round
};

struct Evidence {
  std::shared_ptr<const Model> model;
  Task task;
  InputShape shape;
  Normalization normalization;
  Tier tier = Tier::T1;
  std::optional<TrainingConfig> training;  // T1 and above: how each member trains
  std::int64_t rounds = 1;                 // of the chain: with `training` the learning rate of each
  std::vector<ObservedUpdate> updates;     // about the same records, oldest first; at least one
  Assistance assistance;
};

// What the bytes of one update say. The only way from an update to evidence: a PrivateUpdate is not accepted.
struct PublishedUpdate {
  ByteView payload;
  const SharePolicy& policy;         // public: decodes
  const ParameterSet& before;        // the public model; numbers that the policy keeps private are blanked out
  std::int64_t round = 0;
  std::int64_t samples = 0;
  bool initial_is_public = false;    // T2: what is private still has its initial value here, which is public; not blanked out
};
[[nodiscard]] ObservedUpdate observe(const PublishedUpdate& update);
ObservedUpdate observe(const PrivateUpdate&) = delete;

// Public images, the attacker's prior: float32 (n, channels, height, width) in 0 .. 1, labels int64 (n).
struct ImagePrior {
  at::Tensor images;
  at::Tensor labels;
  [[nodiscard]] at::Tensor mean() const;                                    // (channels, height, width)
  [[nodiscard]] at::Tensor class_mean(std::int64_t kind) const;             // the mean where no image has that class
};
[[nodiscard]] ImagePrior prior_of(const Rows& public_rows);
// Rows as images in 0 .. 1: what scores compare.
[[nodiscard]] at::Tensor images_of(const Rows& rows);

// As a model sees images in 0 .. 1, differentiable: (255 image - mean) / deviation.
[[nodiscard]] at::Tensor normalized(const at::Tensor& images, const Normalization& normalization);

}  // namespace polyclinic
