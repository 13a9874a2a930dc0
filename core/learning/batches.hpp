// Rows of a data set as a model sees them: normalized float32 on the job's device, images in channels-last memory format.
#pragma once

#include <ATen/core/Tensor.h>

#include "core/compute/device.hpp"
#include "core/data/dataset.hpp"

namespace polyclinic {

[[nodiscard]] at::Device at_device(Device device);

// The same inputs, each with label 0: for jobs that look at no label, on rows whose labels another task gave.
[[nodiscard]] Rows unlabelled(const Rows& rows);
// Throws Error where a label is none of the task's classes.
void check_labels(const at::Tensor& labels, const Collection& collection);

class Batches {
 public:
  // Normalizes all rows now if they then take at most `kept_bytes`, else each batch when it is asked for. Checks the labels.
  Batches(const Rows& rows, const Collection& collection, Device device, std::uint64_t kept_bytes = 64'000'000);
  [[nodiscard]] std::int64_t size() const { return labels_.size(0); }

  // Of the rows at `positions` (int64, 1-D, on the CPU) within the Rows: (n, channels, height, width) or (n, features).
  [[nodiscard]] at::Tensor inputs(const at::Tensor& positions) const;
  // int64 (n), or float32 (n, labels).
  [[nodiscard]] at::Tensor labels(const at::Tensor& positions) const;
  // Those of all rows.
  [[nodiscard]] const at::Tensor& labels() const { return labels_; }

 private:
  [[nodiscard]] at::Tensor normalized(const at::Tensor& raw) const;  // (n, numel), channels innermost

  at::Device device_;
  InputShape shape_;
  bool is_image_;
  at::Tensor raw_;       // the whole data set, where rows are normalized batch by batch ...
  at::Tensor index_;     // ... and which of its rows are ours
  at::Tensor kept_;      // all our rows, normalized
  at::Tensor mean_;
  at::Tensor deviation_;
  at::Tensor labels_;
};

}  // namespace polyclinic
