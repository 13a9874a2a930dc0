// What a model's last layer sees of rows, and its mean in each class: prototypes, and what models are compared by.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "core/compute/device.hpp"
#include "core/data/dataset.hpp"
#include "core/learning/model.hpp"
#include "core/learning/parameters.hpp"

namespace polyclinic {

// Numbers that Model::features() gives of each row.
[[nodiscard]] std::int64_t feature_size(const Model& model);

// Model::features() of all rows, in inference mode: (n, features), float32 on the CPU. Labels are not looked at: the rows may
// be another task's, of the same shape.
[[nodiscard]] at::Tensor extract_features(const Model& model, const ParameterSet& parameters, const Rows& rows,
                                          const Collection& collection, Device device);

struct ClassMeans {
  at::Tensor means;                  // float32 (classes, features); zeros for a class without rows
  at::Tensor counts;                 // int64 (classes)
};

// `features` (n, features) of rows with `labels` (int64, n), each from 0 to classes - 1. Computed in double precision and
// rounded once.
[[nodiscard]] ClassMeans class_means(const at::Tensor& features, const at::Tensor& labels, std::int64_t classes);

}  // namespace polyclinic
