#include "core/personalization/parts.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <set>

#include "core/base/error.hpp"
#include "core/base/pattern.hpp"

namespace polyclinic {
namespace {

at::Tensor mask_of(const Layout& layout, const std::function<bool(const TensorSpec&)>& belongs) {
  at::Tensor mask = at::zeros({layout.size()}, at::kFloat);
  for (const TensorSpec& tensor : layout.tensors()) {
    if (belongs(tensor)) mask.narrow(0, tensor.offset, tensor.numel).fill_(1.0);
  }
  return mask;
}

bool matches_any(const std::vector<std::string>& patterns, const std::string& name) {
  return std::ranges::any_of(patterns, [&](const std::string& pattern) { return matches(pattern, name); });
}

void require_matches(const Layout& layout, const std::vector<std::string>& patterns, const std::string& key) {
  for (const std::string& pattern : patterns) {
    const bool found =
        std::ranges::any_of(layout.tensors(), [&](const TensorSpec& tensor) { return matches(pattern, tensor.name); });
    if (found) continue;
    std::vector<std::string> names;
    for (const TensorSpec& tensor : layout.tensors()) names.push_back(tensor.name);
    throw UsageError(
        fmt::format("{}: pattern \"{}\" matches no tensor; the model has {}", key, pattern, fmt::join(names, ", ")));
  }
}

// "norm1.running_mean" is of the layer "norm1".
std::string layer_of(const std::string& tensor) { return tensor.substr(0, tensor.rfind('.')); }

}  // namespace

at::Tensor matching_part(const Layout& layout, const std::vector<std::string>& patterns, const std::string& key) {
  require_matches(layout, patterns, key);
  const auto belongs = [&](const TensorSpec& tensor) { return matches_any(patterns, tensor.name); };
  const auto is_own_weight = [&](const TensorSpec& tensor) { return !tensor.is_buffer && belongs(tensor); };
  if (std::ranges::none_of(layout.tensors(), is_own_weight)) {
    throw UsageError(
        fmt::format("{} = [\"{}\"] matches buffers alone, which are not trained", key, fmt::join(patterns, "\", \"")));
  }
  if (std::ranges::all_of(layout.tensors(), belongs)) {
    throw UsageError(fmt::format("{} = [\"{}\"] matches every tensor: kind = \"fine_tune\" trains all of them", key,
                                 fmt::join(patterns, "\", \"")));
  }
  return mask_of(layout, belongs);
}

at::Tensor head_part(const Model& model) {
  const Layout& layout = *model.layout();
  std::set<std::string> head;
  for (const std::size_t place : model.head()) head.insert(layout.tensors().at(place).name);
  return mask_of(layout, [&](const TensorSpec& tensor) { return head.contains(tensor.name); });
}

at::Tensor normalization_part(const Layout& layout) {
  std::set<std::string> layers;
  for (const TensorSpec& tensor : layout.tensors()) {
    if (tensor.name.ends_with(".weight") && tensor.shape.size() == 1) layers.insert(layer_of(tensor.name));
  }
  if (layers.empty()) return {};
  return mask_of(layout, [&](const TensorSpec& tensor) { return layers.contains(layer_of(tensor.name)); });
}

at::Tensor rest_of(const at::Tensor& part) { return 1.0 - part; }

}  // namespace polyclinic
