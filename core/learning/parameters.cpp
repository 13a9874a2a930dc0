#include "core/learning/parameters.hpp"

#include <cassert>
#include <functional>
#include <numeric>
#include <utility>

#include "core/base/bytes.hpp"

namespace polyclinic {
namespace {

Digest digest_of(const std::vector<TensorSpec>& tensors) {
  ByteWriter writer;
  for (const TensorSpec& tensor : tensors) {
    writer.put(tensor.name.size()).put_bytes(view_of(tensor.name)).put(tensor.is_buffer).put(tensor.shape.size());
    for (const std::int64_t extent : tensor.shape) writer.put(extent);
  }
  return blake2b(writer.take());
}

at::Tensor view_as(const at::Tensor& flat, const TensorSpec& spec) {
  return flat.narrow(0, spec.offset, spec.numel).view(spec.shape);
}

}  // namespace

Layout::Layout(std::vector<TensorSpec> tensors) : tensors_(std::move(tensors)), digest_(digest_of(tensors_)) {
  for (TensorSpec& tensor : tensors_) {
    tensor.offset = size_;
    tensor.numel = std::accumulate(tensor.shape.begin(), tensor.shape.end(), std::int64_t{1}, std::multiplies<>());
    assert(tensor.is_buffer || weights_size_ == size_);
    size_ += tensor.numel;
    if (!tensor.is_buffer) weights_size_ = size_;
  }
}

std::vector<at::Tensor> Layout::views(const at::Tensor& flat) const {
  assert(flat.dim() == 1 && (flat.numel() == size_ || flat.numel() == weights_size_));
  std::vector<at::Tensor> views;
  views.reserve(tensors_.size());
  for (const TensorSpec& tensor : tensors_) {
    if (tensor.offset + tensor.numel <= flat.numel()) views.push_back(view_as(flat, tensor));
  }
  return views;
}

ParameterSet::ParameterSet(std::shared_ptr<const Layout> layout, at::Tensor flat)
    : layout_(std::move(layout)), flat_(std::move(flat)) {
  assert(layout_ != nullptr && flat_.defined() && flat_.dim() == 1 && flat_.numel() == layout_->size());
  assert(flat_.is_contiguous() && flat_.scalar_type() == at::kFloat && flat_.device().is_cpu());
}

at::Tensor ParameterSet::tensor(std::size_t index) const { return view_as(flat_, layout_->tensors().at(index)); }

std::uint64_t ParameterSet::bytes() const {
  return flat_.defined() ? static_cast<std::uint64_t>(flat_.numel()) * sizeof(float) : 0;
}

Digest ParameterSet::digest() const {
  assert(layout_ != nullptr);
  const ByteView numbers(reinterpret_cast<const std::byte*>(flat_.data_ptr<float>()), bytes());
  return blake2b(ByteWriter().put(layout_->digest()).put(blake2b(numbers)).take());
}

}  // namespace polyclinic
