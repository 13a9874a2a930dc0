#include "core/leakage/labels/head.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "core/learning/optimizer.hpp"
#include "core/learning/trainer.hpp"

namespace polyclinic {
namespace {

// Of `numel` coordinates from `offset` on; NaN where nothing was published.
at::Tensor published(const ObservedUpdate& update, std::int64_t offset, std::int64_t numel) {
  const at::Tensor inside = update.positions.ge(offset).logical_and(update.positions.lt(offset + numel));
  const at::Tensor part = at::full({numel}, std::numeric_limits<double>::quiet_NaN(), at::kDouble);
  return part.index_copy_(0, update.positions.masked_select(inside) - offset,
                          update.values.masked_select(inside).to(at::kDouble));
}

// How often the steps' gradients move the weights in all, in learning rates: with momentum also in later steps.
double applied_steps(const TrainingConfig& config, std::int64_t steps) {
  double applied = 0.0, last = 0.0;
  for (std::int64_t left = 1; left <= steps; ++left) {
    last = config.momentum * last + 1.0;  // 1 + m + m^2 + ... over the steps from the gradient's own to the last
    applied += config.nesterov ? 1.0 + config.momentum * last : last;
  }
  return applied;
}

double scale(const Evidence& evidence, const ObservedUpdate& update) {
  if (!knows_scale(evidence)) return -1.0;
  const double lr = scheduled_lr(*evidence.training, update.round, evidence.rounds);
  return -1.0 / (lr * applied_steps(*evidence.training, local_steps(evidence, update)));
}

std::string obstacle_to_labels(const Evidence& evidence) {
  return evidence.task.kind == TaskKind::multi_label ? "a record has several labels" : "";
}

// (classes, columns), NaN where unknown: each column sums to zero.
at::Tensor completed(const at::Tensor& gradient) {
  const at::Tensor unknown = gradient.isnan();
  const at::Tensor fill = -gradient.nansum(0) / unknown.sum(0);
  const at::Tensor something = unknown.all(0).logical_not();
  return at::where(unknown.logical_and(something), fill, gradient);
}

at::Tensor weight_of(const Evidence& evidence, const ObservedUpdate& update) {
  const Head head = head_of(*evidence.model);
  return published(update, head.weight, head.classes * head.features).view({head.classes, head.features});
}

at::Tensor bias_of(const Evidence& evidence, const ObservedUpdate& update) {
  const Head head = head_of(*evidence.model);
  return published(update, head.bias, head.classes).unsqueeze(1);
}

}  // namespace

Head head_of(const Model& model) {
  Head head;
  for (const std::size_t place : model.head()) {
    const TensorSpec& tensor = model.layout()->tensors()[place];
    (tensor.shape.size() == 2 ? head.weight : head.bias) = tensor.offset;
    head.classes = tensor.shape.front();
    if (tensor.shape.size() == 2) head.features = tensor.shape.back();
  }
  return head;
}

bool knows_scale(const Evidence& evidence) { return evidence.training && evidence.training->optimizer == "sgd"; }

std::int64_t local_steps(const Evidence& evidence, const ObservedUpdate& update) {
  if (!evidence.training) return 1;
  const std::int64_t rows = update.samples / std::max<std::int64_t>(update.contributors, 1);
  return std::max<std::int64_t>(training_volume(*evidence.training, rows).steps, 1);
}

at::Tensor bias_gradient(const Evidence& evidence, const ObservedUpdate& update) {
  return completed(bias_of(evidence, update)).squeeze(1) * scale(evidence, update);
}

at::Tensor row_gradient(const Evidence& evidence, const ObservedUpdate& update) {
  const at::Tensor weight = completed(weight_of(evidence, update));
  const at::Tensor known = weight.isnan().logical_not().sum(1, /*keepdim=*/false, at::kDouble);
  return weight.nansum(1) * (static_cast<double>(weight.size(1)) / known) * scale(evidence, update);
}

at::Tensor published_head(const Evidence& evidence, const ObservedUpdate& update) {
  return at::cat({weight_of(evidence, update), bias_of(evidence, update)}, 1).isnan().logical_not();
}

Evidence telling(const Evidence& evidence, ClassGradient gradient) {
  Evidence part = evidence;
  std::erase_if(part.updates, [&](const ObservedUpdate& update) {
    const at::Tensor own = gradient(evidence, update);
    return own.isnan().any().item<bool>() || own.eq(own.min()).sum().item<std::int64_t>() > 1;
  });
  return part;
}

std::string obstacle_to_bias(const Evidence& evidence) {
  const std::string of_task = obstacle_to_labels(evidence);
  if (!of_task.empty()) return of_task;
  return telling(evidence, bias_gradient).updates.empty() ? "nothing that is published of the last layer's bias tells classes apart" : "";
}

std::string obstacle_to_weights(const Evidence& evidence) {
  const std::string of_task = obstacle_to_labels(evidence);
  if (!of_task.empty()) return of_task;
  return telling(evidence, row_gradient).updates.empty() ? "nothing that is published of the last layer's weights tells classes apart" : "";
}

LabelGuess mean_guess(const Evidence& evidence, const Counts& counts) {
  at::Tensor sum;
  for (const ObservedUpdate& update : evidence.updates) {
    const at::Tensor clamped = counts(update).clamp_min(0.0);
    const at::Tensor shares = clamped / clamped.sum().clamp_min(std::numeric_limits<double>::min());
    sum = sum.defined() ? sum + shares : shares;
  }
  const at::Tensor whole = apportioned(sum, evidence.updates.front().samples);
  return {whole, whole.gt(0)};
}

at::Tensor apportioned(const at::Tensor& shares, std::int64_t total) {
  at::Tensor exact = shares.to(at::kDouble).clamp_min(0.0);
  if (exact.sum().item<double>() <= 0.0) exact = at::ones_like(exact);
  exact = exact * (static_cast<double>(total) / exact.sum().item<double>());
  const at::Tensor whole = exact.floor();
  const std::int64_t left = total - whole.sum().to(at::kLong).item<std::int64_t>();
  const at::Tensor order = (whole - exact).argsort(/*stable=*/true, /*dim=*/0, /*descending=*/false);
  for (std::int64_t i = 0; i < left; ++i) whole[order[i % order.size(0)]] += 1.0;
  return whole.to(at::kLong);
}

at::Tensor greedy_counts(const at::Tensor& gradient, std::int64_t samples, double impact) {
  std::vector<double> pull(gradient.data_ptr<double>(), gradient.data_ptr<double>() + gradient.size(0));
  std::vector<std::size_t> order(pull.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::stable_sort(order, {}, [&](std::size_t c) { return pull[c]; });
  double negative = 0.0;
  for (const double value : pull) negative += std::min(value, 0.0);
  const double step = impact * negative / static_cast<double>(samples);
  const at::Tensor counts = at::zeros({gradient.size(0)}, at::kDouble);
  std::int64_t given = 0;
  const auto give = [&](std::size_t c) {
    counts.data_ptr<double>()[c] += 1.0;
    pull[c] -= step;
    ++given;
  };
  const auto present = std::ranges::count_if(pull, [](double value) { return value < 0.0; });
  for (std::ptrdiff_t i = 0; i < present && given < samples; ++i) give(order[static_cast<std::size_t>(i)]);
  while (given < samples) give(static_cast<std::size_t>(std::ranges::min_element(pull) - pull.begin()));
  return counts;
}

}  // namespace polyclinic
