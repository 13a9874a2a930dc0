// The terms of a LocalObjective that look at rows, as a running job holds them: on its device, those of weight 0 left out.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "core/compute/device.hpp"
#include "core/learning/batches.hpp"
#include "core/learning/order.hpp"
#include "core/learning/trainer.hpp"

namespace polyclinic {

// All of a job's PrototypeTerms. Throws UsageError where rows have no single class, Error where the prototypes do not fit the
// task's classes or the model's features.
class PrototypePulls {
 public:
  PrototypePulls(const TrainingTask& task, Device device);
  // Of the terms' sum with respect to a batch's features: 2 weight / (n features) (features - prototype of the row's class),
  // and 0 for a row whose class has none. Undefined where there is no term.
  [[nodiscard]] at::Tensor gradient(const at::Tensor& features, const at::Tensor& labels) const;

 private:
  struct Pull {
    at::Tensor means;  // 0 where unknown
    at::Tensor known;  // (classes, 1), 0 or 1
    double weight;
  };
  std::vector<Pull> pulls_;
};

// One DistillationTerm. Its batches pass in training mode, normalized by their own statistics where the model has BatchNorm;
// what the model's running statistics would take from them is thrown away.
class Distillation {
 public:
  // `tensors`: the job's views of its numbers, looked at in each step.
  Distillation(const DistillationTerm& term, const TrainingTask& task, const std::vector<at::Tensor>& tensors, Device device,
               Seed seed);
  // Adds the gradient of the next batch, with respect to the weights: through the logits z of the classes that count,
  // weight T (softmax(z / T) - teacher softened) / n.
  void add_to(at::Tensor& gradient);

 private:
  [[nodiscard]] at::Tensor logits_gradient(const at::Tensor& logits, const at::Tensor& positions) const;

  const Model& model_;
  double temperature_;
  double weight_;
  Batches batches_;
  Order order_;
  at::Tensor classes_;                // undefined: all
  at::Tensor teacher_;                // softened, of the classes that count
  at::Tensor gradient_;               // flat, and as views
  std::vector<at::Tensor> gradients_;
  std::vector<at::Tensor> own_;       // the job's tensors ...
  std::vector<at::Tensor> tensors_;   // ... and the same with copies of its buffers
};

// Those of a job, each with an order of its own. Throws UsageError for a task without single classes and a temperature that is
// not above 0, Error for no rows or a teacher that does not fit.
[[nodiscard]] std::vector<Distillation> make_distillations(const TrainingTask& task, const std::vector<at::Tensor>& tensors,
                                                           Device device);

}  // namespace polyclinic
