#include "core/leakage/inversion/pixels.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

namespace polyclinic {
namespace {

constexpr double largest_pixel = 255.0;

at::Tensor per_channel(const std::vector<float>& numbers) {
  const at::Tensor values = at::tensor(numbers);
  return numbers.size() == 1 ? values : values.view({-1, 1, 1});
}

}  // namespace

at::Tensor pixels(const at::Tensor& inputs, const Normalization& normalization) {
  return (inputs * per_channel(normalization.deviation) + per_channel(normalization.mean)) / largest_pixel;
}

Box box_of(const InputShape& shape, const Normalization& normalization) {
  const at::Tensor black = at::zeros({shape.channels, shape.height, shape.width});
  return {normalized(black, normalization), normalized(at::ones_like(black), normalization)};
}

at::Tensor total_variation(const at::Tensor& images) {
  const auto change = [&](std::int64_t dimension) {
    const std::int64_t size = images.size(dimension) - 1;
    if (size == 0) return at::zeros({}, images.options());
    return (images.narrow(dimension, 1, size) - images.narrow(dimension, 0, size)).abs().mean();
  };
  return change(2) + change(3);
}

at::Tensor normal_numbers(at::IntArrayRef size, Seed seed) {
  Random random(seed);
  const at::Tensor numbers = at::empty(size, at::kFloat);
  float* number = numbers.data_ptr<float>();
  for (std::int64_t i = 0; i < numbers.numel(); ++i) number[i] = static_cast<float>(random.normal());
  return numbers;
}

}  // namespace polyclinic
