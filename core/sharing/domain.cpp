#include "core/sharing/domain.hpp"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <numeric>
#include <span>

#include "core/sharing/numbers.hpp"

namespace polyclinic {
namespace {

std::span<const float> part_of(std::span<const float> all, std::int64_t offset, std::int64_t size) {
  return all.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(size));
}

}  // namespace

Domain::Domain(const Layout& layout, const std::function<bool(const TensorSpec&)>& belongs) : layout_size_(layout.size()) {
  for (const TensorSpec& tensor : layout.tensors()) {
    if (!belongs(tensor)) continue;
    parts_.push_back({tensor.offset, tensor.numel});
    size_ += tensor.numel;
    if (!tensor.is_buffer) weights_size_ = size_;
  }
}

at::Tensor Domain::positions() const {
  at::Tensor positions = at::empty({size_}, at::kLong);
  std::int64_t* next = positions.data_ptr<std::int64_t>();
  for (const Part& part : parts_) {
    std::iota(next, next + part.size, part.offset);
    next += part.size;
  }
  return positions;
}

at::Tensor Domain::gather(const at::Tensor& flat) const {
  if (covers_all()) return flat;
  const std::span<const float> from = numbers(flat);
  at::Tensor values = empty_numbers(flat.numel() == layout_size_ ? size_ : weights_size_);
  auto next = writable_numbers(values).begin();
  for (const Part& part : parts_) {
    if (part.offset >= flat.numel()) break;  // buffers, of which a vector over the weights has none
    next = std::ranges::copy(part_of(from, part.offset, part.size), next).out;
  }
  return values;
}

void Domain::scatter(const at::Tensor& values, at::Tensor& flat) const {
  const std::span<const float> from = numbers(values);
  const std::span<float> to = writable_numbers(flat);
  std::int64_t read = 0;
  for (const Part& part : parts_) {
    if (part.offset >= flat.numel()) break;
    std::ranges::copy(part_of(from, read, part.size), to.begin() + part.offset);
    read += part.size;
  }
  assert(read == values.numel());
}

std::int64_t Domain::tensors_touched(const std::vector<std::uint32_t>* positions) const {
  if (positions == nullptr) return static_cast<std::int64_t>(parts_.size());
  std::int64_t touched = 0;
  std::int64_t end = 0;
  auto next = positions->begin();
  for (const Part& part : parts_) {
    end += part.size;
    const auto after = std::lower_bound(next, positions->end(), end);
    touched += after != next ? 1 : 0;
    next = after;
  }
  return touched;
}

}  // namespace polyclinic
