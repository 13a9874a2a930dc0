// Plain views of float32 tensors, for loops that run over coordinates.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>

namespace polyclinic {

// The coordinates of a 1-D, contiguous float32 tensor on the CPU (anything else is a bug). Valid while the tensor lives.
[[nodiscard]] std::span<const float> numbers(const at::Tensor& tensor);
[[nodiscard]] std::span<float> writable_numbers(at::Tensor& tensor);

[[nodiscard]] at::Tensor empty_numbers(std::int64_t size);  // float32, uninitialised
[[nodiscard]] at::Tensor zero_numbers(std::int64_t size);
// `tensor`'s own copy, or zeros where it is undefined: state that has not been touched yet.
[[nodiscard]] at::Tensor copy_or_zeros(const at::Tensor& tensor, std::int64_t size);

// How much of `whole` (flat) its part `values` at `positions` (int64) keeps; 0 where either vanishes. Sums in double precision.
struct Likeness {
  double cosine = 0.0;
  double energy_kept = 0.0;           // |values|^2 / |whole|^2
};
[[nodiscard]] Likeness likeness_to(const at::Tensor& whole, const at::Tensor& positions, const at::Tensor& values);

}  // namespace polyclinic
