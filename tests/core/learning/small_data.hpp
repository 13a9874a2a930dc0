// Made-up rows for the tests of this room.
#pragma once

#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>

#include <cstring>
#include <memory>
#include <vector>

#include "core/base/seed.hpp"
#include "core/data/dataset.hpp"
#include "core/learning/parameters.hpp"

namespace polyclinic::test {

inline at::Tensor normal(const std::vector<std::int64_t>& shape, Seed seed) {
  Random random(seed);
  const at::Tensor drawn = at::empty(shape, at::kFloat);
  for (std::int64_t i = 0; i < drawn.numel(); ++i) drawn.data_ptr<float>()[i] = static_cast<float>(random.normal());
  return drawn;
}

// Images of noise in which a brighter centre belongs to class 1, a brighter edge to class 0, and so on by the row's number.
inline Collection noisy_images(std::int64_t rows, const InputShape& shape, std::int64_t classes) {
  const auto data = std::make_shared<Dataset>();
  data->inputs = normal({rows, shape.channels, shape.height, shape.width}, Seed(11)).mul(30.0).add(100.0);
  data->labels = at::arange(rows, at::kLong).remainder(classes);
  for (std::int64_t row = 0; row < rows; ++row) {
    const std::int64_t label = row % classes;
    data->inputs[row].narrow(1, label * shape.height / classes, shape.height / classes).add_(80.0);
  }
  data->inputs = data->inputs.clamp(0.0, 255.0).to(at::kByte);
  const TaskKind kind = classes == 2 ? TaskKind::binary : TaskKind::multi_class;
  return {.name = "noise", .source = "test", .task = {kind, classes, {}}, .shape = shape, .normalization = {}, .train = data,
          .validation = {}, .test = {}, .site_names = {}};
}

inline Rows rows_of(const Collection& collection, std::int64_t begin, std::int64_t end) {
  return {collection.train, at::arange(begin, end, at::kLong)};
}

inline bool same_bits(const at::Tensor& a, const at::Tensor& b) {
  return a.numel() == b.numel() &&
         std::memcmp(a.data_ptr<float>(), b.data_ptr<float>(), static_cast<std::size_t>(a.numel()) * sizeof(float)) == 0;
}

inline double largest_difference(const at::Tensor& a, const at::Tensor& b) { return a.sub(b).abs().max().item<double>(); }

}  // namespace polyclinic::test
