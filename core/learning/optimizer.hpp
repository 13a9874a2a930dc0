// Update rules over one flat vector of weights, with the formulas of torch.optim.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

#include "core/base/named_kind.hpp"
#include "core/learning/trainer.hpp"
#include "core/scenario/scenario.hpp"

namespace polyclinic {

class Optimizer {
 public:
  virtual ~Optimizer() = default;
  // Changes `weights` and `state` in place; may use `gradient` as room to work in. Fills a state that is undefined.
  virtual void step(at::Tensor& weights, at::Tensor& gradient, OptimizerState& state, double lr) const = 0;
};

[[nodiscard]] std::vector<NamedKind> optimizer_kinds();

// sgd: torch.optim.SGD(lr, momentum, weight_decay, nesterov); adam, adamw: beta 0.9 and 0.999, epsilon 1e-8 (Kingma and Ba 2015;
// Loshchilov and Hutter 2019). Throws UsageError for a name that does not exist.
[[nodiscard]] std::unique_ptr<const Optimizer> make_optimizer(const TrainingConfig& config);

// The learning rate of round `round` of `rounds`, both schedules from TrainingConfig::lr: step multiplies it by step_factor every
// step_rounds rounds; cosine takes lr / 2 (1 + cos(pi round / rounds)) (Loshchilov and Hutter 2017, no restart, to 0). Throws
// UsageError for a schedule that does not exist.
[[nodiscard]] double scheduled_lr(const TrainingConfig& config, std::int64_t round, std::int64_t rounds);
[[nodiscard]] std::vector<NamedKind> schedule_kinds();

}  // namespace polyclinic
