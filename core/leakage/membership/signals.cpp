#include "core/leakage/membership/signals.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/clamp_min.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/expm1.h>
#include <ATen/ops/log.h>
#include <ATen/ops/log1p.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/softplus.h>

#include <limits>

#include "core/base/error.hpp"

namespace polyclinic {
namespace {

// log(e^x - 1) of x >= 0, without loss of digits at either end.
at::Tensor log_expm1(const at::Tensor& x) { return x + at::log(-at::expm1(-x)); }

Confidence of_class(const at::Tensor& logits, const at::Tensor& labels) {
  const std::int64_t classes = logits.size(1);
  require(classes >= 2, "membership: {} classes, at least 2 are needed", classes);
  const bool in_range =
      labels.numel() == 0 || (labels.min().item<std::int64_t>() >= 0 && labels.max().item<std::int64_t>() < classes);
  require(in_range, "membership: a label is not one of {} classes", classes);
  const at::Tensor own = labels.unsqueeze(1);
  const at::Tensor of_true = logits.gather(1, own).squeeze(1);
  const at::Tensor others = logits.scatter(1, own, -std::numeric_limits<double>::infinity());
  const at::Tensor phi = of_true - others.logsumexp(1);
  return {probability_of(phi), loss_of(phi), phi, of_true - others.amax(1)};
}

Confidence of_label_set(const at::Tensor& logits, const at::Tensor& labels) {
  const at::Tensor towards_truth = logits * (labels.to(at::kDouble) * 2.0 - 1.0);
  const at::Tensor loss = at::softplus(-towards_truth, 1.0, 1e3).sum(1);
  return {at::exp(-loss), loss, -log_expm1(loss), towards_truth.amin(1)};  // p / (1 - p) = 1 / (e^loss - 1)
}

}  // namespace

Confidence confidence(const at::Tensor& logits, const at::Tensor& labels, const Task& task) {
  const at::Tensor exact = logits.detach().to(at::kDouble);
  return task.kind == TaskKind::multi_label ? of_label_set(exact, labels) : of_class(exact, labels);
}

at::Tensor probability_of(const at::Tensor& phi) { return at::sigmoid(phi); }

at::Tensor loss_of(const at::Tensor& phi) { return at::clamp_min(-phi, 0.0) + at::log1p(at::exp(-phi.abs())); }

}  // namespace polyclinic
