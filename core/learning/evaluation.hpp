// How good a model is on some rows.
#pragma once

#include <ATen/core/Tensor.h>

#include "core/compute/device.hpp"
#include "core/data/dataset.hpp"
#include "core/learning/model.hpp"
#include "core/learning/parameters.hpp"
#include "core/scenario/scenario.hpp"

namespace polyclinic {

// NaN where a figure is not defined (no rows; AUC without both classes). A macro mean leaves out classes for which it is not.
struct Metrics {
  double loss = 0.0;       // mean of the training loss (unweighted)
  double accuracy = 0.0;   // multi_label: mean over labels at threshold 0.5, as MedMNIST defines it
  double auc = 0.0;        // binary: of class 1; multi_class: macro one-vs-rest; multi_label: macro over labels
  double f1 = 0.0;         // binary: of class 1; else macro
  std::int64_t rows = 0;
};

// Probabilities (n, outputs), softmax or, for multi_label, sigmoid; float32 on the CPU. Labels are not looked at.
[[nodiscard]] at::Tensor predict(const Model& model, const ParameterSet& parameters, const Rows& rows,
                                 const Collection& collection, Device device);
[[nodiscard]] Metrics score(const at::Tensor& probabilities, const Rows& rows, const Task& task);
[[nodiscard]] Metrics evaluate(const Model& model, const ParameterSet& parameters, const Rows& rows,
                               const Collection& collection, Device device);

}  // namespace polyclinic
