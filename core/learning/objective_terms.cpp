#include "core/learning/objective_terms.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/zeros_like.h>

#include <limits>

#include "core/base/error.hpp"
#include "core/learning/features.hpp"

namespace polyclinic {
namespace {

void require_single_class(const TrainingTask& task, const char* what) {
  if (task.collection.task.kind == TaskKind::multi_label) {
    throw UsageError(fmt::format("auxiliary.uses has \"{}\", which needs rows of one class each; the task of {} is multi-label",
                                 what, task.collection.name));
  }
}

void check(const PrototypeTerm& term, const TrainingTask& task) {
  require_single_class(task, "prototypes");
  const std::int64_t classes = task.collection.task.classes;
  const std::int64_t features = feature_size(task.model);
  require(term.means.dim() == 2 && term.means.size(0) == classes && term.means.size(1) == features &&
              (term.known.numel() == classes || term.known.sizes() == term.means.sizes()),
          "prototypes: {} numbers for {} classes; the model has {} features and the task {} classes", term.means.numel(),
          term.known.numel(), features, classes);
}

void check(const DistillationTerm& term, const TrainingTask& task) {
  require_single_class(task, "distill");
  if (!(term.temperature > 0.0)) {
    throw UsageError(fmt::format("auxiliary.temperature is {}, needs to be above 0", term.temperature));
  }
  require(term.rows.size() > 0, "distill: the reference set has no rows");
  require(term.teacher.dim() == 2 && term.teacher.size(0) == term.rows.size() &&
              term.teacher.size(1) == task.collection.task.outputs(),
          "distill: predictions ({}) do not fit {} reference rows and {} outputs", term.teacher.numel(), term.rows.size(),
          task.collection.task.outputs());
}

at::Tensor of_classes(const at::Tensor& table, const at::Tensor& classes) {
  return classes.defined() ? at::index_select(table, 1, classes) : table;
}

// p^(1/T), renormalised. A probability that was rounded to 0 counts as the least normal number: rows in which no class that
// counts has more become uniform.
at::Tensor softened(const at::Tensor& probabilities, double temperature) {
  return at::softmax(probabilities.to(at::kFloat).clamp_min(std::numeric_limits<float>::min()).log().div(temperature), 1);
}

}  // namespace

PrototypePulls::PrototypePulls(const TrainingTask& task, Device device) {
  for (const PrototypeTerm& term : task.objective.prototypes) {
    if (term.weight == 0.0) continue;
    check(term, task);
    const at::Tensor known = term.known.to(at::kBool).view({term.means.size(0), -1});
    const at::Tensor means = term.means.to(at::kFloat).masked_fill(known.logical_not(), 0.0);
    pulls_.push_back({means.to(at_device(device)), known.to(at_device(device), at::kFloat), term.weight});
  }
}

at::Tensor PrototypePulls::gradient(const at::Tensor& features, const at::Tensor& labels) const {
  at::Tensor sum;
  for (const Pull& pull : pulls_) {
    at::Tensor distance = features.sub(at::index_select(pull.means, 0, labels)).mul_(at::index_select(pull.known, 0, labels));
    distance.mul_(2.0 * pull.weight / static_cast<double>(features.numel()));
    sum = sum.defined() ? sum.add_(distance) : distance;
  }
  return sum;
}

Distillation::Distillation(const DistillationTerm& term, const TrainingTask& task, const std::vector<at::Tensor>& tensors,
                           Device device, Seed seed)
    : model_(task.model),
      temperature_(term.temperature),
      weight_(term.weight),
      batches_(unlabelled(term.rows), task.collection, device),
      order_(term.rows.size(), task.config.batch_size, seed),
      classes_(term.classes.defined() ? term.classes.to(at_device(device)) : term.classes),
      teacher_(softened(of_classes(term.teacher.to(at_device(device)), classes_), temperature_)),
      gradient_(at::empty({model_.layout()->weights_size()}, tensors.front().options())),
      gradients_(model_.layout()->views(gradient_)),
      own_(tensors),
      tensors_(tensors) {
  for (std::size_t i = gradients_.size(); i < tensors_.size(); ++i) tensors_[i] = own_[i].clone();
}

void Distillation::add_to(at::Tensor& gradient) {
  const at::Tensor positions = order_.next();
  for (std::size_t i = gradients_.size(); i < tensors_.size(); ++i) tensors_[i].copy_(own_[i]);
  Tape tape;
  const at::Tensor logits = model_.forward(tensors_, batches_.inputs(positions), tape);
  model_.backward(tensors_, gradients_, {.logits = logits_gradient(logits, positions)}, tape);
  gradient.add_(gradient_);
}

at::Tensor Distillation::logits_gradient(const at::Tensor& logits, const at::Tensor& positions) const {
  at::Tensor error = at::softmax(of_classes(logits, classes_).div(temperature_), 1);
  error.sub_(at::index_select(teacher_, 0, positions.to(logits.device())));
  error.mul_(weight_ * temperature_ / static_cast<double>(logits.size(0)));
  return classes_.defined() ? at::zeros_like(logits).index_copy_(1, classes_, error) : error;
}

std::vector<Distillation> make_distillations(const TrainingTask& task, const std::vector<at::Tensor>& tensors, Device device) {
  std::vector<Distillation> made;
  for (const DistillationTerm& term : task.objective.distillations) {
    if (term.weight == 0.0) continue;
    check(term, task);
    made.emplace_back(term, task, tensors, device, task.seed / "distill" / made.size());
  }
  return made;
}

}  // namespace polyclinic
