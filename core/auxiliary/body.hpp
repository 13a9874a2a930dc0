// What models of different tasks have in common: the body, which does not know the classes. Tensors are the same by name and
// shape.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "core/auxiliary/object.hpp"
#include "core/learning/model.hpp"
#include "core/sharing/policy.hpp"

namespace polyclinic {

// Names of the tensors, buffers included, that both models have outside their heads, in the first one's order. A source whose
// policy is given publishes only those of which every coordinate may leave its institutions.
[[nodiscard]] std::vector<std::string> common_body(const Model& model, const Model& source, const SharePolicy* source_policy = nullptr);

// The body of `parameters`, as far as `policy` lets it leave.
[[nodiscard]] std::vector<BodyTensor> body_of(const Model& model, const ParameterSet& parameters, const SharePolicy& policy);

// A published body, laid over a model: numbers where `mask` is 1, zeros elsewhere; both flat over the layout.
struct BodyOverlay {
  at::Tensor numbers;
  at::Tensor mask;                      // float32, 0 or 1
  std::int64_t coordinates = 0;         // that are common
};
[[nodiscard]] BodyOverlay lay_over(const std::vector<BodyTensor>& body, const Model& model);

}  // namespace polyclinic
