#include "core/auxiliary/body.hpp"

#include <ATen/ops/zeros.h>

#include <algorithm>
#include <set>

namespace polyclinic {
namespace {

bool is_head(const Model& model, std::size_t tensor) {
  const std::vector<std::size_t> head = model.head();
  return std::ranges::find(head, tensor) != head.end();
}

// Whether all of the tensor's coordinates are among the policy's.
bool may_leave(const TensorSpec& tensor, const SharePolicy& policy) {
  const at::Tensor& positions = policy.shareable();
  const std::int64_t* first = positions.data_ptr<std::int64_t>();
  const std::int64_t* last = first + positions.numel();
  const auto* begin = std::lower_bound(first, last, tensor.offset);
  const auto* end = std::lower_bound(first, last, tensor.offset + tensor.numel);
  return end - begin == tensor.numel;
}

std::vector<std::size_t> body_tensors(const Model& model, const SharePolicy* policy) {
  std::vector<std::size_t> tensors;
  for (std::size_t i = 0; i < model.layout()->tensors().size(); ++i) {
    if (is_head(model, i)) continue;
    if (policy == nullptr || may_leave(model.layout()->tensors()[i], *policy)) tensors.push_back(i);
  }
  return tensors;
}

}  // namespace

std::vector<std::string> common_body(const Model& model, const Model& source, const SharePolicy* source_policy) {
  std::set<std::pair<std::string, std::vector<std::int64_t>>> offered;
  for (const std::size_t i : body_tensors(source, source_policy)) {
    const TensorSpec& tensor = source.layout()->tensors()[i];
    offered.emplace(tensor.name, tensor.shape);
  }
  std::vector<std::string> names;
  for (const std::size_t i : body_tensors(model, nullptr)) {
    const TensorSpec& tensor = model.layout()->tensors()[i];
    if (offered.contains({tensor.name, tensor.shape})) names.push_back(tensor.name);
  }
  return names;
}

std::vector<BodyTensor> body_of(const Model& model, const ParameterSet& parameters, const SharePolicy& policy) {
  std::vector<BodyTensor> body;
  for (const std::size_t i : body_tensors(model, &policy)) {
    const TensorSpec& tensor = model.layout()->tensors()[i];
    body.push_back({tensor.name, tensor.shape, parameters.flat().narrow(0, tensor.offset, tensor.numel)});
  }
  return body;
}

BodyOverlay lay_over(const std::vector<BodyTensor>& body, const Model& model) {
  const std::int64_t size = model.layout()->size();
  BodyOverlay overlay{at::zeros({size}, at::kFloat), at::zeros({size}, at::kFloat), 0};
  for (const std::size_t i : body_tensors(model, nullptr)) {
    const TensorSpec& tensor = model.layout()->tensors()[i];
    const auto found = std::ranges::find_if(
        body, [&](const BodyTensor& offered) { return offered.name == tensor.name && offered.shape == tensor.shape; });
    if (found == body.end()) continue;
    overlay.numbers.narrow(0, tensor.offset, tensor.numel).copy_(found->numbers);
    overlay.mask.narrow(0, tensor.offset, tensor.numel).fill_(1.0F);
    overlay.coordinates += tensor.numel;
  }
  return overlay;
}

}  // namespace polyclinic
