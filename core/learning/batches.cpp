#include "core/learning/batches.hpp"

#include <ATen/ops/index_select.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <array>
#include <cassert>

#include "core/base/error.hpp"

namespace polyclinic {
namespace {

at::Tensor per_channel(const std::vector<float>& values, std::int64_t channels, const std::string& name) {
  const auto size = static_cast<std::int64_t>(values.size());
  require(size == 1 || size == channels, "data {}: normalization has {} entries; needs 1 or one for each of {} channels or "
          "features", name, size, channels);
  return at::tensor(values, at::kFloat);
}

}  // namespace

Rows unlabelled(const Rows& rows) {
  const at::Tensor& inputs = rows.dataset->inputs;
  return {std::make_shared<Dataset>(Dataset{.inputs = inputs, .labels = at::zeros({1}, at::kLong).expand({inputs.size(0)}),
                                            .sites = {}}),
          rows.index};
}

// Rows may hold any labels; a wrong one would make the loss read past the end of the logits.
void check_labels(const at::Tensor& labels, const Collection& collection) {
  if (labels.numel() == 0 || collection.task.kind == TaskKind::multi_label) return;
  const auto least = labels.min().item<std::int64_t>();
  const auto most = labels.max().item<std::int64_t>();
  require(least >= 0 && most < collection.task.classes, "data {}: labels run from {} to {}; allowed: 0 to {}",
          collection.name, least, most, collection.task.classes - 1);
}

at::Device at_device(Device device) { return device == Device::cuda ? at::Device(at::kCUDA, 0) : at::Device(at::kCPU); }

Batches::Batches(const Rows& rows, const Collection& collection, Device device, std::uint64_t kept_bytes)
    : device_(at_device(device)),
      shape_(collection.shape),
      is_image_(rows.dataset->inputs.dim() == 4),
      raw_(rows.dataset->inputs),
      index_(rows.index),
      mean_(per_channel(collection.normalization.mean, shape_.channels, collection.name).to(device_)),
      deviation_(per_channel(collection.normalization.deviation, shape_.channels, collection.name).to(device_)),
      labels_(rows.labels()) {
  check_labels(labels_, collection);
  labels_ = labels_.to(device_);
  const std::uint64_t bytes = static_cast<std::uint64_t>(index_.size(0) * shape_.numel()) * sizeof(float);
  if (bytes <= kept_bytes) kept_ = normalized(at::index_select(raw_, 0, index_));
}

at::Tensor Batches::normalized(const at::Tensor& raw) const {
  at::Tensor numbers = raw.to(device_);
  if (is_image_) numbers = numbers.permute({0, 2, 3, 1});
  return numbers.to(at::kFloat).sub(mean_).div_(deviation_).contiguous().view({raw.size(0), shape_.numel()});
}

at::Tensor Batches::inputs(const at::Tensor& positions) const {
  const at::Tensor chosen = kept_.defined() ? at::index_select(kept_, 0, positions.to(device_))
                                            : normalized(at::index_select(raw_, 0, at::index_select(index_, 0, positions)));
  if (!is_image_) return chosen;
  const std::array<std::int64_t, 4> sizes{chosen.size(0), shape_.channels, shape_.height, shape_.width};
  const std::array<std::int64_t, 4> strides{shape_.numel(), 1, shape_.width * shape_.channels, shape_.channels};
  return chosen.as_strided(sizes, strides);
}

at::Tensor Batches::labels(const at::Tensor& positions) const { return at::index_select(labels_, 0, positions.to(device_)); }

}  // namespace polyclinic
