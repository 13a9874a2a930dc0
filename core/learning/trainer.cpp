#include "core/learning/trainer.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>
#include <c10/core/impl/LocalDispatchKeySet.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <optional>

#include "core/base/error.hpp"
#include "core/learning/augmentation.hpp"
#include "core/learning/batches.hpp"
#include "core/learning/dp_sgd.hpp"
#include "core/learning/library.hpp"
#include "core/learning/loss.hpp"
#include "core/learning/objective_terms.hpp"
#include "core/learning/optimizer.hpp"
#include "core/learning/order.hpp"

namespace polyclinic {
namespace {

std::int64_t batches_an_epoch(std::int64_t rows, std::int64_t batch_size) { return (rows + batch_size - 1) / batch_size; }

at::Tensor copied(const at::Tensor& tensor, at::Device device) {
  return tensor.defined() ? tensor.to(device, tensor.scalar_type(), false, true) : at::Tensor();
}

// Weights come first, then buffers.
std::vector<at::Tensor> tensors_at(const Layout& layout, const at::Tensor& weights, const at::Tensor& numbers) {
  std::vector<at::Tensor> tensors = layout.views(numbers);
  std::ranges::copy(layout.views(weights), tensors.begin());
  return tensors;
}

// One job: a flat working copy of the numbers, a flat gradient, and views of both.
class Work {
 public:
  Work(const TrainingTask& task, Device device)
      : task_(task),
        layout_(*task.start.layout()),
        lr_(scheduled_lr(task.config, task.round, task.rounds)),
        batches_(task.rows, task.collection, device),
        loss_(make_loss(task.config.loss, task.collection.task, batches_.labels())),
        optimizer_(make_optimizer(task.config)),
        numbers_(copied(task.start.flat(), at_device(device))),
        weights_(numbers_.narrow(0, 0, layout_.weights_size())),
        gradient_(at::empty_like(weights_)),
        mixture_{copied(task.objective.mixture.other, at_device(device)), task.objective.mixture.share, task.objective.mixture.adapts},
        point_(mixture_.other.defined() ? at::empty_like(weights_) : weights_),
        tensors_(tensors_at(layout_, point_, numbers_)),
        gradients_(layout_.views(gradient_)),
        state_{copied(task.optimizer.first, at_device(device)), copied(task.optimizer.second, at_device(device)),
               task.optimizer.steps},
        order_(task.rows.size(), task.config.batch_size, task.seed),
        augmentation_(task.seed / "augment"),
        prototypes_(task, device),
        distillations_(make_distillations(task, tensors_, device)),
        loss_sum_(at::zeros({}, numbers_.options().dtype(at::kDouble))) {
    if (uses_dp_sgd(task.config)) private_.emplace(task);
    if (task.objective.proximal_mu != 0.0) {
      anchor_ = task.start.flat().narrow(0, 0, layout_.weights_size()).to(numbers_.device());
    }
    correction_ = task.objective.gradient_correction;
    if (correction_.defined()) correction_ = correction_.to(numbers_.device());
    for (const AnchorTerm& anchor : task.objective.anchors) {
      if (anchor.mu == 0.0) continue;
      anchors_.push_back({anchor.numbers.to(numbers_.device()), copied(anchor.mask, numbers_.device()), anchor.mu});
    }
    if (task.objective.trainable.defined()) {
      frozen_ = task.objective.trainable.to(numbers_.device()).eq(0);
      start_ = numbers_.clone();
    }
  }

  TrainResult run(const TrainingVolume& volume) {
    for (std::int64_t step = 0; step < volume.steps; ++step) take_step();
    assert(private_ || samples_ == volume.samples);
    check_finite();
    freeze(0, layout_.size());  // buffers too
    const double mean_loss = samples_ > 0 ? loss_sum_.item<double>() / static_cast<double>(samples_)
                                          : std::numeric_limits<double>::quiet_NaN();
    return {.parameters = ParameterSet(task_.start.layout(), numbers_.cpu()),
            .optimizer = {on_cpu(state_.first), on_cpu(state_.second), state_.steps},
            .mean_loss = mean_loss,
            .samples = volume.samples,
            .steps = volume.steps,
            .lr = lr_,
            .share = mixture_.share};
  }

 private:
  void take_step() {
    const at::Tensor positions = private_ ? private_->next_batch() : order_.next();
    if (positions.size(0) > 0) set_gradient(positions);
    else gradient_.zero_();
    if (private_) private_->make_private(gradient_);
    for (Distillation& distillation : distillations_) distillation.add_to(gradient_);
    if (mixture_.other.defined()) take_share_of_gradient();
    adjust_gradient();
    optimizer_->step(weights_, gradient_, state_, lr_);
    freeze(0, layout_.weights_size());
  }

  // Of the mean loss of these rows; or the sum of their clipped gradients.
  void set_gradient(const at::Tensor& positions) {
    at::Tensor inputs = batches_.inputs(positions);
    if (augments(task_.config.augment) && inputs.dim() == 4) inputs = augment(inputs, task_.config.augment, augmentation_);
    Tape tape;
    if (mixture_.other.defined()) point_.copy_(weights_).mul_(mixture_.share).add_(mixture_.other, 1.0 - mixture_.share);
    const at::Tensor labels = batches_.labels(positions);
    LossValue loss = (*loss_)(task_.model.forward(tensors_, inputs, tape), labels);
    const at::Tensor pull = prototypes_.gradient(task_.model.features(tape), labels);
    if (private_) loss.gradient = private_->clipped(tensors_, loss.gradient, tape);
    task_.model.backward(tensors_, gradients_, {.logits = loss.gradient, .features = pull}, tape);
    loss_sum_.add_(loss.mean, positions.size(0));
    samples_ += positions.size(0);
  }

  void take_share_of_gradient() {
    const double share = mixture_.share;
    if (mixture_.adapts) {
      const double slope = at::sum((weights_ - mixture_.other).mul_(gradient_), at::kDouble).item<double>();
      mixture_.share = std::clamp(share - lr_ * slope, 0.0, 1.0);
    }
    gradient_.mul_(share);
  }

  void adjust_gradient() {
    if (anchor_.defined()) gradient_.add_(weights_, task_.objective.proximal_mu).sub_(anchor_, task_.objective.proximal_mu);
    for (const AnchorTerm& anchor : anchors_) pull(anchor);
    if (frozen_.defined()) gradient_.masked_fill_(frozen_.narrow(0, 0, layout_.weights_size()), 0.0);
    if (task_.config.clip_norm > 0.0) clip();
    if (correction_.defined()) gradient_.add_(correction_);
  }

  void pull(const AnchorTerm& anchor) {
    at::Tensor distance = weights_ - anchor.numbers;
    if (anchor.mask.defined()) distance.mul_(anchor.mask);
    gradient_.add_(distance, anchor.mu);
  }

  // Weight decay and momentum would move what has no gradient.
  void freeze(std::int64_t first, std::int64_t count) {
    if (!frozen_.defined()) return;
    at::Tensor moved = numbers_.narrow(0, first, count);
    moved.copy_(at::where(frozen_.narrow(0, first, count), start_.narrow(0, first, count), moved));
  }

  // As torch.nn.utils.clip_grad_norm_, with its 1e-6 against a norm of zero.
  void clip() { gradient_.mul_(gradient_.norm().add_(1e-6).reciprocal_().mul_(task_.config.clip_norm).clamp_max_(1.0)); }

  // A sum is finite only if all its terms are.
  void check_finite() const {
    const at::Tensor sum = loss_sum_ + numbers_.sum();
    require(std::isfinite(sum.item<double>()),
            "training diverged: loss or weights are no longer finite in round {} at learning rate {}; lower training.lr or set "
            "training.clip_norm",
            task_.round, lr_);
  }

  static at::Tensor on_cpu(const at::Tensor& tensor) { return tensor.defined() ? tensor.cpu() : tensor; }

  const TrainingTask& task_;
  const Layout& layout_;
  double lr_;
  Batches batches_;
  std::unique_ptr<const Loss> loss_;
  std::unique_ptr<const Optimizer> optimizer_;
  at::Tensor numbers_;
  at::Tensor weights_;
  at::Tensor gradient_;
  Mixture mixture_;
  at::Tensor point_;                 // flat over the weights: where the loss is taken; `weights_` itself without a mixture
  std::vector<at::Tensor> tensors_;  // views of that, and of the buffers
  std::vector<at::Tensor> gradients_;
  OptimizerState state_;
  Order order_;
  std::optional<PrivateSteps> private_;  // then instead of that order
  Random augmentation_;
  PrototypePulls prototypes_;
  std::vector<Distillation> distillations_;
  at::Tensor loss_sum_;
  at::Tensor anchor_;
  at::Tensor correction_;
  std::vector<AnchorTerm> anchors_;
  at::Tensor frozen_;                // over the layout; undefined: nothing is
  at::Tensor start_;                 // the starting numbers, where something is frozen
  std::int64_t samples_ = 0;
};

void check(const TrainingTask& task) {
  require(task.rows.size() > 0, "training on {}: no rows", task.collection.name);
  require(task.config.batch_size > 0, "training.batch_size is {}, needs at least 1", task.config.batch_size);
  assert(task.start.layout()->digest() == task.model.layout()->digest());
}

}  // namespace

TrainingVolume training_volume(const TrainingConfig& config, std::int64_t rows, std::optional<std::int64_t> steps) {
  if (rows == 0) return {};
  const std::int64_t an_epoch = batches_an_epoch(rows, config.batch_size);
  if (!steps && config.steps > 0) steps = config.steps;
  if (uses_dp_sgd(config)) {
    const std::int64_t taken = steps.value_or(config.epochs * an_epoch);
    return {.steps = taken, .samples = taken * std::min(config.batch_size, rows)};
  }
  if (!steps) return {.steps = config.epochs * an_epoch, .samples = config.epochs * rows};
  return {.steps = *steps, .samples = *steps / an_epoch * rows + *steps % an_epoch * config.batch_size};
}

TrainResult train(const TrainingTask& task, Device device) {
  check_device(device);
  check(task);
  const ComputeScope scope;
  const c10::impl::ExcludeDispatchKeyGuard no_autograd(c10::autograd_dispatch_keyset_with_ADInplaceOrView);
  return Work(task, device).run(training_volume(task.config, task.rows.size(), task.steps));
}

}  // namespace polyclinic
