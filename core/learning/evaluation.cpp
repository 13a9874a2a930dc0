#include "core/learning/evaluation.hpp"

#include <ATen/ops/sigmoid.h>
#include <ATen/ops/softmax.h>

#include "core/learning/batches.hpp"
#include "core/learning/inference.hpp"

namespace polyclinic {
namespace {

at::Tensor probabilities(const at::Tensor& logits, TaskKind kind) {
  return kind == TaskKind::multi_label ? at::sigmoid(logits) : at::softmax(logits, 1);
}

}  // namespace

at::Tensor predict(const Model& model, const ParameterSet& parameters, const Rows& rows, const Collection& collection,
                   Device device) {
  const InferenceJob job{parameters, rows, collection, collection.task.outputs()};
  return infer(job, device, [&](const std::vector<at::Tensor>& tensors, const at::Tensor& inputs) {
    return probabilities(model.forward(tensors, inputs, Mode::inference), collection.task.kind);
  });
}

Metrics evaluate(const Model& model, const ParameterSet& parameters, const Rows& rows, const Collection& collection,
                 Device device) {
  if (rows.size() > 0) check_labels(rows.labels(), collection);
  return score(predict(model, parameters, rows, collection, device), rows, collection.task);
}

}  // namespace polyclinic
