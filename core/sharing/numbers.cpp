#include "core/sharing/numbers.hpp"

#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>

#include <cassert>
#include <cstddef>

namespace polyclinic {

std::span<const float> numbers(const at::Tensor& tensor) {
  assert(tensor.scalar_type() == at::kFloat && tensor.dim() == 1 && tensor.is_contiguous() && tensor.is_cpu());
  return {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())};
}

std::span<float> writable_numbers(at::Tensor& tensor) {
  const std::span<const float> view = numbers(tensor);
  return {tensor.data_ptr<float>(), view.size()};
}

at::Tensor empty_numbers(std::int64_t size) { return at::empty({size}, at::kFloat); }
at::Tensor zero_numbers(std::int64_t size) { return at::zeros({size}, at::kFloat); }

at::Tensor copy_or_zeros(const at::Tensor& tensor, std::int64_t size) {
  if (!tensor.defined()) return zero_numbers(size);
  assert(tensor.numel() == size);
  return tensor.clone();
}

}  // namespace polyclinic
