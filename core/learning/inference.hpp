// A model applied to rows, batch by batch, in inference mode.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "core/compute/device.hpp"
#include "core/data/dataset.hpp"
#include "core/learning/parameters.hpp"

namespace polyclinic {

struct InferenceJob {
  const ParameterSet& parameters;
  const Rows& rows;                  // labels are not looked at
  const Collection& collection;      // normalization
  std::int64_t width = 0;            // of what is computed of a row
};

// What is computed of a batch, (n, width), from the model's tensors and the normalized inputs, on the job's device.
using Pass = std::function<at::Tensor(const std::vector<at::Tensor>& tensors, const at::Tensor& inputs)>;

// That of all rows, (rows, width), float32 on the CPU. Throws UsageError for a device that is not there.
[[nodiscard]] at::Tensor infer(const InferenceJob& job, Device device, const Pass& pass);

}  // namespace polyclinic
