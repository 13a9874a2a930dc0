#include "core/sharing/numbers.hpp"

#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>

#include <cassert>
#include <cmath>
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

Likeness likeness_to(const at::Tensor& whole, const at::Tensor& positions, const at::Tensor& values) {
  const std::span<const float> all = numbers(whole), part = numbers(values);
  const std::int64_t* places = positions.data_ptr<std::int64_t>();
  double product = 0.0, part_square = 0.0, whole_square = 0.0;
  for (const float value : all) whole_square += static_cast<double>(value) * value;
  for (std::size_t i = 0; i < part.size(); ++i) {
    product += static_cast<double>(part[i]) * all[static_cast<std::size_t>(places[i])];
    part_square += static_cast<double>(part[i]) * part[i];
  }
  if (part_square == 0.0 || whole_square == 0.0) return {};
  return {product / std::sqrt(part_square * whole_square), part_square / whole_square};
}

}  // namespace polyclinic
