#include "core/leakage/inversion/labels.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>

#include "core/leakage/inversion/hypothesis.hpp"
#include "core/leakage/labels/label_attack.hpp"

namespace polyclinic {
namespace {

constexpr std::int64_t most_labels = 10;

// Rows are counted up where contributors do not divide evenly.
at::Tensor filled(const at::Tensor& labels, std::int64_t rows) {
  return labels.index_select(0, at::arange(rows, at::kLong).clamp_max(labels.size(0) - 1));
}

// Undefined: it cannot be tried.
at::Tensor labels_by(const LabelAttack& attack, const Evidence& evidence, const ImagePrior& prior) {
  if (!attack.obstacle(evidence, prior).empty()) return {};
  const at::Tensor counts = attack.guess(evidence, prior).counts;
  return filled(at::arange(counts.size(0), at::kLong).repeat_interleave(counts), rows_behind(evidence));
}

std::vector<at::Tensor> each_label(std::int64_t classes) {
  std::vector<at::Tensor> each;
  for (std::int64_t label = 0; label < classes; ++label) each.push_back(at::full({1}, label, at::kLong));
  return each;
}

}  // namespace

at::Tensor labels_behind(const Evidence& evidence) {
  if (evidence.assistance.labels.defined()) return filled(evidence.assistance.labels, rows_behind(evidence));
  const at::Tensor by_bias = labels_by(*make_bias_corrected(), evidence, {});
  return by_bias.defined() ? by_bias : labels_by(*make_row_sums(), evidence, {});
}

std::vector<at::Tensor> labels_to_try(const Evidence& evidence, const ImagePrior& prior) {
  const at::Tensor labels = labels_behind(evidence);
  const bool several = rows_behind(evidence) > 1;
  if (!labels.defined() && !several && evidence.task.classes <= most_labels) return each_label(evidence.task.classes);
  if (!labels.defined() || !several || evidence.assistance.labels.defined()) return {labels};
  const at::Tensor by_prior = labels_by(*make_class_prior(), evidence, prior);
  return by_prior.defined() && !by_prior.equal(labels) ? std::vector{labels, by_prior} : std::vector{labels};
}

}  // namespace polyclinic
