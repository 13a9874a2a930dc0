#include "core/learning/features.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/bincount.h>
#include <ATen/ops/zeros.h>

#include <cassert>

#include "core/learning/inference.hpp"

namespace polyclinic {

std::int64_t feature_size(const Model& model) { return model.layout()->tensors()[model.head().front()].shape.back(); }

at::Tensor extract_features(const Model& model, const ParameterSet& parameters, const Rows& rows, const Collection& collection,
                            Device device) {
  const InferenceJob job{parameters, rows, collection, feature_size(model)};
  return infer(job, device, [&](const std::vector<at::Tensor>& tensors, const at::Tensor& inputs) {
    return model.features(tensors, inputs, Mode::inference);
  });
}

ClassMeans class_means(const at::Tensor& features, const at::Tensor& labels, std::int64_t classes) {
  assert(features.dim() == 2 && labels.dim() == 1 && labels.size(0) == features.size(0));
  const at::Tensor counts = at::bincount(labels, {}, classes);
  at::Tensor sums = at::zeros({classes, features.size(1)}, at::kDouble);
  sums.index_add_(0, labels, features.to(at::kDouble));
  return {sums.div_(counts.clamp_min(1).unsqueeze(1)).to(at::kFloat), counts};
}

}  // namespace polyclinic
