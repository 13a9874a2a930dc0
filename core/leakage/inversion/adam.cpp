#include <ATen/core/Tensor.h>
#include <ATen/ops/zeros_like.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/leakage/inversion/minimise.hpp"

namespace polyclinic {
namespace {

constexpr double beta1 = 0.9;
constexpr double beta2 = 0.999;
constexpr double epsilon = 1e-8;

double decayed(double lr, std::int64_t iteration, std::int64_t iterations) {
  for (const std::int64_t eighths : {3, 5, 7}) {
    if (8 * iteration >= eighths * iterations) lr *= 0.1;
  }
  return lr;
}

double mean_of(const std::vector<Objective>& objectives, const at::Tensor& point) {
  double sum = 0.0;
  for (const Objective& objective : objectives) sum += evaluate(objective, point).value;
  return std::isfinite(sum) ? sum / static_cast<double>(objectives.size()) : std::numeric_limits<double>::infinity();
}

}  // namespace

Evaluation evaluate(const Objective& objective, const at::Tensor& point) {
  const at::Tensor leaf = point.detach().requires_grad_();
  const at::Tensor value = objective(leaf);
  return {value.item<double>(), torch::autograd::grad({value}, {leaf}).front()};
}

Minimum minimise_by_adam(const std::vector<Objective>& objectives, const at::Tensor& start, const AdamSettings& settings) {
  at::Tensor point = start.detach().clone();
  settings.project(point);
  Minimum best{point.clone(), std::numeric_limits<double>::infinity()};
  at::Tensor first = at::zeros_like(point), second = at::zeros_like(point);
  for (std::int64_t iteration = 0; iteration < settings.iterations; ++iteration) {
    Evaluation here = evaluate(objectives[static_cast<std::size_t>(iteration) % objectives.size()], point);
    if (!std::isfinite(here.value)) break;
    if (objectives.size() == 1 && here.value < best.value) best = {point.clone(), here.value};
    if (settings.by_sign) here.gradient.sign_();
    first.mul_(beta1).add_(here.gradient, 1.0 - beta1);
    second.mul_(beta2).addcmul_(here.gradient, here.gradient, 1.0 - beta2);
    const auto steps = static_cast<double>(iteration + 1);
    const at::Tensor spread = second.sqrt().div_(std::sqrt(1.0 - std::pow(beta2, steps))).add_(epsilon);
    point.addcdiv_(first, spread, -decayed(settings.lr, iteration, settings.iterations) / (1.0 - std::pow(beta1, steps)));
    settings.project(point);
  }
  return objectives.size() == 1 ? best : Minimum{point, mean_of(objectives, point)};
}

}  // namespace polyclinic
