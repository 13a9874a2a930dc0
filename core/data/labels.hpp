// From a file's label array to a Dataset's labels.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "core/data/dataset.hpp"

namespace polyclinic {

// `raw`: integers or booleans of shape (n), (n, 1) or, for several labels, (n, labels). Gives int64 (n), or float32
// (n, labels) for multi_label. Throws Error naming `where` on other types and shapes, on a class outside
// 0 .. task.classes-1 (with the first row that has it) and on a multi-label entry other than 0 and 1.
[[nodiscard]] at::Tensor checked_labels(const at::Tensor& raw, const Task& task, const std::string& where);

// The task that labels speak of when no index does: several columns are multi_label, else the largest class decides.
[[nodiscard]] Task task_from_labels(const at::Tensor& raw, const std::string& where);

}  // namespace polyclinic
