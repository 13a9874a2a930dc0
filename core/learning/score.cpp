#include <ATen/TensorOperators.h>
#include <ATen/ops/argmax.h>
#include <ATen/ops/eq.h>
#include <ATen/ops/one_hot.h>
#include <ATen/ops/where.h>

#include <cassert>
#include <cmath>
#include <limits>
#include <vector>

#include "core/learning/evaluation.hpp"
#include "core/learning/metrics.hpp"

namespace polyclinic {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
constexpr double least_log = -100.0;  // for probabilities that rounded to 0, as in torch.nn.BCELoss

template <class T>
std::span<const T> numbers(const at::Tensor& contiguous) {
  return {contiguous.data_ptr<T>(), static_cast<std::size_t>(contiguous.numel())};
}

double mean_of_defined(const std::vector<double>& figures) {
  double sum = 0.0;
  double count = 0.0;
  for (const double figure : figures) {
    if (std::isnan(figure)) continue;
    sum += figure;
    count += 1.0;
  }
  return count > 0.0 ? sum / count : undefined;
}

// Columns of probabilities (n, outputs), of what was predicted and of what is true, each (outputs, n).
struct Columns {
  at::Tensor scores;     // float32
  at::Tensor predicted;  // uint8, 0 or 1
  at::Tensor positive;   // uint8, 0 or 1

  double auc(std::int64_t output) const {
    return area_under_curve(numbers<float>(scores[output]), numbers<std::uint8_t>(positive[output]));
  }
  double f1(std::int64_t output) const {
    return f1_of(numbers<std::uint8_t>(predicted[output]), numbers<std::uint8_t>(positive[output]));
  }
};

at::Tensor columns_of(const at::Tensor& table, at::ScalarType type) { return table.to(type).t().contiguous(); }

Metrics averaged(const Columns& columns, bool binary) {
  if (binary) return {.auc = columns.auc(1), .f1 = columns.f1(1)};
  std::vector<double> areas;
  std::vector<double> f1s;
  for (std::int64_t output = 0; output < columns.scores.size(0); ++output) {
    areas.push_back(columns.auc(output));
    f1s.push_back(columns.f1(output));
  }
  return {.auc = mean_of_defined(areas), .f1 = mean_of_defined(f1s)};
}

Metrics score_classes(const at::Tensor& probabilities, const at::Tensor& labels, const Task& task) {
  const at::Tensor predicted = probabilities.argmax(1);
  const Columns columns{columns_of(probabilities, at::kFloat), columns_of(at::one_hot(predicted, task.classes), at::kByte),
                        columns_of(at::one_hot(labels, task.classes), at::kByte)};
  Metrics metrics = averaged(columns, task.kind == TaskKind::binary);
  metrics.accuracy = predicted.eq(labels).to(at::kDouble).mean().item<double>();
  const at::Tensor likelihood = probabilities.gather(1, labels.unsqueeze(1));
  metrics.loss = -likelihood.to(at::kDouble).log().clamp_min(least_log).mean().item<double>();
  return metrics;
}

Metrics score_labels(const at::Tensor& probabilities, const at::Tensor& labels) {
  const at::Tensor predicted = probabilities > 0.5;
  const at::Tensor positive = labels > 0.5;
  Metrics metrics = averaged({columns_of(probabilities, at::kFloat), columns_of(predicted, at::kByte),
                              columns_of(positive, at::kByte)}, false);
  metrics.accuracy = predicted.eq(positive).to(at::kDouble).mean().item<double>();
  const at::Tensor right = at::where(positive, probabilities, 1.0 - probabilities).to(at::kDouble);
  metrics.loss = -right.log().clamp_min(least_log).mean().item<double>();
  return metrics;
}

}  // namespace

Metrics score(const at::Tensor& probabilities, const Rows& rows, const Task& task) {
  assert(probabilities.size(0) == rows.size() && probabilities.size(1) == task.outputs());
  if (rows.size() == 0) return {undefined, undefined, undefined, undefined, 0};
  const at::Tensor labels = rows.labels();
  Metrics metrics = task.kind == TaskKind::multi_label ? score_labels(probabilities, labels)
                                                       : score_classes(probabilities, labels, task);
  metrics.rows = rows.size();
  return metrics;
}

}  // namespace polyclinic
