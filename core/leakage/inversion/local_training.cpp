#include "core/leakage/inversion/local_training.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>

#include "core/learning/optimizer.hpp"
#include "core/learning/trainer.hpp"

namespace polyclinic {
namespace {

using Tensors = std::vector<at::Tensor>;

constexpr double small_norm = 1e-6;  // added by train() when it clips

void take_configuration(LocalTraining& training, const Evidence& evidence, std::int64_t round) {
  const TrainingConfig& config = *evidence.training;
  if (config.optimizer != "sgd") return;
  training.scale_known = true;
  training.batch = config.batch_size;
  training.steps = training_volume(config, training.rows).steps;
  training.lr = scheduled_lr(config, round, evidence.rounds);
  training.momentum = config.momentum;
  training.weight_decay = config.weight_decay;
  training.nesterov = config.nesterov;
  training.clip_norm = config.clip_norm;
  training.sample_clip_norm = config.sample_clip_norm;
}

// A mean of single steps from the same start, weighted by rows, is one step on all rows.
LocalTraining as_one(LocalTraining training, std::int64_t samples) {
  if (training.clip_norm > 0.0) return training;
  training.contributors = 1;
  training.rows = training.batch = std::max<std::int64_t>(samples, 1);
  return training;
}

at::Tensor clipped(const at::Tensor& gradient, double most) {
  return most > 0.0 ? gradient * (most / (gradient.norm() + small_norm)).clamp_max(1.0) : gradient;
}

// One contributor's run through its rows.
class Run {
 public:
  Run(const LocalTraining& training, const Layout& layout, const at::Tensor& start, std::size_t moving, const StepLoss& loss)
      : training_(training), layout_(layout), start_(start), moving_(moving), loss_(loss) {}

  at::Tensor operator()(std::int64_t first_row, std::int64_t first_visit) {
    std::int64_t place = 0;
    visit_ = first_visit;
    for (std::int64_t step = 0; step < training_.steps; ++step) {
      const std::int64_t count = std::min(training_.batch, training_.rows - place);
      take_step(gradient_of({first_row + place, count, visit_}));
      visit_ += count;
      place = place + count < training_.rows ? place + count : 0;
    }
    return path_;
  }

 private:
  // As Sgd does, the sum of all directions in place of the weights.
  void take_step(at::Tensor direction) {
    if (training_.weight_decay != 0.0) direction = direction + weights().mul(training_.weight_decay) * trained();
    if (training_.momentum != 0.0) {
      momentum_ = momentum_.defined() ? momentum_ * training_.momentum + direction : direction;
      direction = training_.nesterov ? direction + momentum_ * training_.momentum : momentum_;
    }
    path_ = path_.defined() ? path_ + direction : direction;
  }

  at::Tensor gradient_of(const Turn& turn) {
    if (training_.sample_clip_norm <= 0.0) return clipped(gradient_of_loss(turn), training_.clip_norm);
    at::Tensor sum;
    for (std::int64_t row = 0; row < turn.count; ++row) {
      const at::Tensor own = clipped(gradient_of_loss({turn.first + row, 1, turn.visit + row}), training_.sample_clip_norm);
      sum = sum.defined() ? sum + own : own;
    }
    return clipped(sum / turn.count, training_.clip_norm);
  }

  at::Tensor gradient_of_loss(const Turn& turn) {
    const Tensors tensors = tensors_here();
    const Tensors trained(tensors.begin(), tensors.begin() + static_cast<std::ptrdiff_t>(moving_));
    Tensors gradients = torch::autograd::grad({loss_(tensors, turn)}, trained, {}, true, true);
    for (at::Tensor& gradient : gradients) gradient = gradient.reshape(-1);
    const std::int64_t rest = layout_.weights_size() - layout_.tensors()[moving_ - 1].offset - layout_.tensors()[moving_ - 1].numel;
    if (rest > 0) gradients.push_back(at::zeros({rest}, start_.options()));
    return at::cat(gradients);
  }

  // Buffers are copies: BatchNorm changes its own.
  Tensors tensors_here() const {
    at::Tensor here = weights();
    if (!here.requires_grad()) here = here.detach().requires_grad_();
    Tensors tensors = layout_.views(start_.detach().clone());
    std::ranges::copy(layout_.views(here), tensors.begin());
    return tensors;
  }

  at::Tensor weights() const {
    const at::Tensor own = start_.narrow(0, 0, layout_.weights_size());
    return path_.defined() ? own - path_ * training_.lr : own;
  }

  at::Tensor trained() const {
    at::Tensor mask = at::ones({layout_.weights_size()}, start_.options().requires_grad(false));
    const TensorSpec& last = layout_.tensors()[moving_ - 1];
    mask.narrow(0, last.offset + last.numel, mask.numel() - last.offset - last.numel).zero_();
    return mask;
  }

  const LocalTraining& training_;
  const Layout& layout_;
  const at::Tensor& start_;
  std::size_t moving_;
  const StepLoss& loss_;
  at::Tensor path_;      // undefined before the first step
  at::Tensor momentum_;
  std::int64_t visit_ = 0;
};

}  // namespace

LocalTraining local_training(const Evidence& evidence, const ObservedUpdate& update) {
  LocalTraining training;
  training.contributors = update.contributors;
  training.rows = std::max<std::int64_t>((update.samples + update.contributors - 1) / update.contributors, 1);
  training.batch = training.rows;
  training.scale_known = false;
  if (evidence.training) take_configuration(training, evidence, update.round);
  return training.steps == 1 && training.batch >= training.rows ? as_one(training, update.samples) : training;
}

std::int64_t visits(const LocalTraining& training) {
  const std::int64_t an_epoch = (training.rows + training.batch - 1) / training.batch;
  const std::int64_t rest = training.steps % an_epoch * training.batch;
  return training.steps / an_epoch * training.rows + rest;
}

at::Tensor replay(const LocalTraining& training, const Layout& layout, const at::Tensor& start, std::size_t moving,
                  const StepLoss& loss) {
  at::Tensor sum;
  for (std::int64_t contributor = 0; contributor < training.contributors; ++contributor) {
    const at::Tensor own =
        Run(training, layout, start, moving, loss)(contributor * training.rows, contributor * visits(training));
    sum = sum.defined() ? sum + own : own;
  }
  return training.contributors > 1 ? sum / training.contributors : sum;
}

}  // namespace polyclinic
