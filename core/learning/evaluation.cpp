#include "core/learning/evaluation.hpp"

#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/softmax.h>
#include <c10/core/impl/LocalDispatchKeySet.h>

#include <algorithm>

#include "core/learning/batches.hpp"
#include "core/learning/library.hpp"
#include "core/learning/metrics.hpp"

namespace polyclinic {
namespace {

constexpr std::int64_t rows_at_once = 128;  // beyond this, activations of the small networks outgrow the second-level cache

at::Tensor probabilities(const at::Tensor& logits, TaskKind kind) {
  return kind == TaskKind::multi_label ? at::sigmoid(logits) : at::softmax(logits, 1);
}

}  // namespace

at::Tensor predict(const Model& model, const ParameterSet& parameters, const Rows& rows, const Collection& collection,
                   Device device) {
  check_device(device);
  at::Tensor all = at::empty({rows.size(), collection.task.outputs()}, at::kFloat);
  if (rows.size() == 0) return all;
  const ComputeScope scope;
  const c10::impl::ExcludeDispatchKeyGuard no_autograd(c10::autograd_dispatch_keyset_with_ADInplaceOrView);
  const Batches batches(rows, collection, device, 0);
  const std::vector<at::Tensor> tensors = parameters.layout()->views(parameters.flat().to(at_device(device)));
  const at::Tensor positions = at::arange(rows.size(), at::kLong);
  for (std::int64_t begin = 0; begin < rows.size(); begin += rows_at_once) {
    const std::int64_t size = std::min(rows_at_once, rows.size() - begin);
    const at::Tensor inputs = batches.inputs(positions.narrow(0, begin, size));
    all.narrow(0, begin, size).copy_(probabilities(model.forward(tensors, inputs, Mode::inference), collection.task.kind));
  }
  return all;
}

Metrics evaluate(const Model& model, const ParameterSet& parameters, const Rows& rows, const Collection& collection,
                 Device device) {
  return score(predict(model, parameters, rows, collection, device), rows, collection.task);
}

}  // namespace polyclinic
