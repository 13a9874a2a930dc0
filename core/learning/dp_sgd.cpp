#include "core/learning/dp_sgd.hpp"

#include <ATen/ops/empty.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

#include "core/base/error.hpp"

namespace polyclinic {
namespace {

[[noreturn]] void refuse(const std::string& what) {
  throw UsageError(what + "; allowed with it is training.sample_clip_norm = 0");
}

// What a sample gives to the gradient must be its own alone, and all of it within the bound.
void check(const TrainingTask& task) {
  const LocalObjective& objective = task.objective;
  if (task.model.layout()->has_buffers()) {
    refuse("model.norm is \"batch\", which mixes the samples of a batch, so that none has a gradient of its own to clip");
  }
  if (task.config.loss == "weighted_cross_entropy") {
    refuse("training.loss is \"weighted_cross_entropy\", whose weights depend on all rows at once");
  }
  const auto weighs = [](const PrototypeTerm& term) { return term.weight != 0.0; };
  if (std::ranges::any_of(objective.prototypes, weighs)) {
    refuse("auxiliary.uses has \"prototypes\", a pull on each sample's features, which is not within the bound");
  }
  if (objective.mixture.other.defined()) refuse("the loss is taken at a mixture of two models");
}

std::vector<bool> trainable_weights(const Layout& layout, const at::Tensor& trainable) {
  std::vector<bool> counted;
  if (!trainable.defined()) return counted;
  for (const TensorSpec& tensor : layout.tensors()) {
    if (!tensor.is_buffer) counted.push_back(trainable.narrow(0, tensor.offset, tensor.numel).any().item<bool>());
  }
  return counted;
}

// Two at once by Marsaglia's polar method: Random::normal() draws as many numbers for one.
std::pair<double, double> standard_normals(Random& random) {
  for (;;) {
    const double x = random.uniform(-1.0, 1.0);
    const double y = random.uniform(-1.0, 1.0);
    const double square = x * x + y * y;
    if (square >= 1.0 || square == 0.0) continue;
    const double stretch = std::sqrt(-2.0 * std::log(square) / square);
    return {x * stretch, y * stretch};
  }
}

}  // namespace

TrainingConfig without_dp_sgd(TrainingConfig config) {
  config.sample_clip_norm = config.noise_multiplier = 0.0;
  return config;
}

double sampling_rate(const TrainingConfig& config, std::int64_t rows) {
  return std::min(1.0, static_cast<double>(config.batch_size) / static_cast<double>(rows));
}

at::Tensor PoissonBatches::next() {
  std::vector<std::int64_t> drawn;
  for (std::int64_t row = 0; row < rows_; ++row) {
    if (random_.uniform() < rate_) drawn.push_back(row);
  }
  return at::tensor(drawn, at::kLong);
}

void add_gaussian_noise(at::Tensor& sum, double deviation, Random& random) {
  if (deviation == 0.0) return;
  const at::Tensor noise = at::empty(sum.sizes(), at::kFloat);
  float* numbers = noise.data_ptr<float>();
  for (std::int64_t i = 0; i < noise.numel(); i += 2) {
    const auto [first, second] = standard_normals(random);
    numbers[i] = static_cast<float>(deviation * first);
    if (i + 1 < noise.numel()) numbers[i + 1] = static_cast<float>(deviation * second);
  }
  sum.add_(noise.to(sum.device()));
}

at::Tensor clip_factors(const at::Tensor& squared_norms, double bound) {
  return squared_norms.sqrt().reciprocal_().mul_(bound).clamp_max_(1.0);
}

PrivateSteps::PrivateSteps(const TrainingTask& task)
    : model_(task.model),
      bound_(task.config.sample_clip_norm),
      deviation_(task.config.noise_multiplier * task.config.sample_clip_norm),
      expected_rows_(sampling_rate(task.config, task.rows.size()) * static_cast<double>(task.rows.size())),
      counted_(trainable_weights(*task.model.layout(), task.objective.trainable)),
      batches_(task.rows.size(), sampling_rate(task.config, task.rows.size()), task.seed / "poisson"),
      noise_(task.seed / "noise") {
  check(task);
}

at::Tensor PrivateSteps::clipped(const std::vector<at::Tensor>& tensors, const at::Tensor& logits_gradient,
                                 const Tape& tape) const {
  const at::Tensor own = logits_gradient.mul(static_cast<double>(logits_gradient.size(0)));
  const at::Tensor factors = clip_factors(model_.squared_norms(tensors, own, tape, counted_), bound_);
  return own.mul(factors.to(at::kFloat).unsqueeze(1));
}

void PrivateSteps::make_private(at::Tensor& sum) {
  add_gaussian_noise(sum, deviation_, noise_);
  sum.mul_(1.0 / expected_rows_);
}

}  // namespace polyclinic
