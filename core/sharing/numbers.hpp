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

}  // namespace polyclinic
