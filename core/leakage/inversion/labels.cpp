#include "core/leakage/inversion/labels.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>
#include <ATen/ops/tensor.h>

#include "core/leakage/inversion/hypothesis.hpp"
#include "core/leakage/inversion/matching.hpp"

namespace polyclinic {
namespace {

constexpr std::int64_t most_labels = 10;

// Of each class, the gradient that stands for it: falls where records of that class are. Undefined: nothing published falls.
at::Tensor class_gradients(const Evidence& evidence, const Target& target) {
  const Layout& layout = *evidence.model->layout();
  for (const std::size_t place : {evidence.model->head().back(), evidence.model->head().front()}) {
    const TensorSpec& tensor = layout.tensors()[place];
    const at::Tensor sums = target.gradient.narrow(0, tensor.offset, tensor.numel).view({evidence.task.outputs(), -1}).sum(1);
    if (sums.min().item<double>() < 0.0) return sums;
  }
  return {};
}

void add_label(std::vector<std::int64_t>& labels, at::Tensor& gradients, std::int64_t label, double one_record) {
  labels.push_back(label);
  gradients[label] -= one_record;
}

at::Tensor labels_from(at::Tensor gradients, std::int64_t rows) {
  const at::Tensor falling = gradients.clamp_max(0.0);
  const double one_record = falling.sum().item<double>() / static_cast<double>(rows);
  std::vector<std::int64_t> labels;
  const at::Tensor order = gradients.argsort();
  for (std::int64_t i = 0; i < order.numel() && static_cast<std::int64_t>(labels.size()) < rows; ++i) {
    const auto label = order[i].item<std::int64_t>();
    if (falling[label].item<double>() < 0.0) add_label(labels, gradients, label, one_record);
  }
  while (static_cast<std::int64_t>(labels.size()) < rows) {
    add_label(labels, gradients, gradients.argmin().item<std::int64_t>(), one_record);
  }
  return std::get<0>(at::tensor(labels, at::kLong).sort());
}

// Rows are counted up where contributors do not divide evenly.
at::Tensor filled(const at::Tensor& labels, std::int64_t rows) {
  return labels.index_select(0, at::arange(rows, at::kLong).clamp_max(labels.size(0) - 1));
}

}  // namespace

at::Tensor labels_behind(const Evidence& evidence) {
  if (evidence.assistance.labels.defined()) return filled(evidence.assistance.labels, rows_behind(evidence));
  const at::Tensor gradients = class_gradients(evidence, targets_of(evidence).front());
  return gradients.defined() ? labels_from(gradients.clone(), rows_behind(evidence)) : at::Tensor();
}

std::vector<at::Tensor> labels_to_try(const Evidence& evidence) {
  const at::Tensor labels = labels_behind(evidence);
  if (labels.defined() || rows_behind(evidence) > 1 || evidence.task.classes > most_labels) return {labels};
  std::vector<at::Tensor> each;
  for (std::int64_t label = 0; label < evidence.task.classes; ++label) each.push_back(at::full({1}, label, at::kLong));
  return each;
}

}  // namespace polyclinic
