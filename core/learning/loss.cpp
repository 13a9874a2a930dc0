#include "core/learning/loss.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/_log_softmax.h>
#include <ATen/ops/bincount.h>
#include <ATen/ops/binary_cross_entropy_with_logits.h>
#include <ATen/ops/gather.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros_like.h>

#include "core/base/error.hpp"

namespace polyclinic {
namespace {

class CrossEntropy final : public Loss {
 public:
  LossValue operator()(const at::Tensor& logits, const at::Tensor& labels) const override {
    at::Tensor log_probabilities = at::_log_softmax(logits, 1, false);
    const at::Tensor column = labels.unsqueeze(1);
    const at::Tensor mean = at::gather(log_probabilities, 1, column).mean().neg_();
    at::Tensor gradient = log_probabilities.exp_();
    gradient.scatter_(1, column, -1.0, "add").mul_(1.0 / static_cast<double>(logits.size(0)));
    return {mean, gradient};
  }
};

class WeightedCrossEntropy final : public Loss {
 public:
  explicit WeightedCrossEntropy(at::Tensor class_weights) : class_weights_(std::move(class_weights)) {}

  LossValue operator()(const at::Tensor& logits, const at::Tensor& labels) const override {
    at::Tensor log_probabilities = at::_log_softmax(logits, 1, false);
    const at::Tensor column = labels.unsqueeze(1);
    at::Tensor weights = class_weights_.index_select(0, labels).unsqueeze(1);
    weights = weights.div(weights.sum());
    const at::Tensor mean = at::gather(log_probabilities, 1, column).mul(weights).sum().neg_();
    at::Tensor gradient = log_probabilities.exp_();
    gradient.scatter_(1, column, -1.0, "add").mul_(weights);
    return {mean, gradient};
  }

 private:
  at::Tensor class_weights_;
};

class BinaryCrossEntropy final : public Loss {
 public:
  LossValue operator()(const at::Tensor& logits, const at::Tensor& labels) const override {
    const at::Tensor mean = at::binary_cross_entropy_with_logits(logits, labels);
    return {mean, at::sigmoid(logits).sub_(labels).div_(logits.numel())};
  }
};

at::Tensor inverse_frequencies(const at::Tensor& labels, std::int64_t classes) {
  const at::Tensor counts = at::bincount(labels, {}, classes).to(at::kFloat);
  const at::Tensor seen = counts > 0.0;
  const at::Tensor weights = counts.mul(seen.sum()).reciprocal().mul(labels.numel());
  return at::where(seen, weights, at::zeros_like(weights));
}

std::unique_ptr<const Loss> plain(const Task&, const at::Tensor&) { return std::make_unique<CrossEntropy>(); }
std::unique_ptr<const Loss> weighted(const Task& task, const at::Tensor& labels) {
  return std::make_unique<WeightedCrossEntropy>(inverse_frequencies(labels, task.classes));
}
std::unique_ptr<const Loss> binary(const Task&, const at::Tensor&) { return std::make_unique<BinaryCrossEntropy>(); }

struct Kind {
  const char* name;
  const char* description;
  bool multi_label;
  std::unique_ptr<const Loss> (*make)(const Task&, const at::Tensor&);
};

constexpr Kind kinds[] = {
    {"cross_entropy", "softmax cross-entropy: one class a row", false, plain},
    {"weighted_cross_entropy", "cross-entropy with classes weighted by inverse frequency in the job's rows", false, weighted},
    {"bce", "binary cross-entropy of each label: multi-label tasks", true, binary},
};

const Kind& checked(const std::string& name, const Task& task) {
  const bool multi_label = task.kind == TaskKind::multi_label;
  for (const Kind& kind : kinds) {
    if (name == kind.name && kind.multi_label == multi_label) return kind;
  }
  throw UsageError(fmt::format("training.loss is \"{}\"; allowed for a {} task: {}", name,
                               multi_label ? "multi-label" : "one-class-a-row",
                               multi_label ? "bce" : "cross_entropy, weighted_cross_entropy"));
}

}  // namespace

std::vector<NamedKind> loss_kinds() {
  std::vector<NamedKind> named;
  for (const Kind& kind : kinds) named.push_back({kind.name, kind.description});
  return named;
}

void check_loss(const std::string& kind, const Task& task) { checked(kind, task); }

std::unique_ptr<const Loss> make_loss(const std::string& kind, const Task& task, const at::Tensor& labels) {
  return checked(kind, task).make(task, labels);
}

}  // namespace polyclinic
