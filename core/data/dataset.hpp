// Labelled rows in memory, and selections of them. Images stay uint8 until a job needs them as numbers.
#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace polyclinic {

enum class TaskKind { binary, multi_class, multi_label, ordinal };

struct Task {
  TaskKind kind = TaskKind::binary;
  std::int64_t classes = 2;                // multi_label: number of labels
  std::vector<std::string> class_names;    // may be empty
  // Width of a model's last layer: one logit a class or label (a binary task has two).
  [[nodiscard]] std::int64_t outputs() const { return classes; }
};

// What one row looks like to a model: (channels, height, width), or (features, 1, 1) for a table.
struct InputShape {
  std::int64_t channels = 1;
  std::int64_t height = 1;
  std::int64_t width = 1;
  [[nodiscard]] bool is_image() const { return height > 1 || width > 1; }
  [[nodiscard]] std::int64_t numel() const { return channels * height * width; }
  bool operator==(const InputShape&) const = default;
};

// A model sees (value - mean) / deviation, value being the raw uint8 or float; one entry for all channels, or one each.
struct Normalization {
  std::vector<float> mean = {127.5F};
  std::vector<float> deviation = {127.5F};
};

// The mean and deviation of each column of `table` (float32; rows, columns); 1 for the deviation of a constant column.
[[nodiscard]] Normalization column_normalization(const at::Tensor& table);

struct Dataset {
  at::Tensor inputs;                 // uint8 (n, channels, height, width), or float32 (n, features)
  at::Tensor labels;                 // int64 (n); multi_label: float32 (n, labels) of 0 and 1
  std::vector<std::int32_t> sites;   // natural site of each row; empty where there is none
  [[nodiscard]] std::int64_t size() const { return labels.defined() ? labels.size(0) : 0; }
  // Bytes of one row as it lies in the raw data: what centralized training would send. A pixel is a byte, a number of a
  // table four, each label one more.
  [[nodiscard]] std::uint64_t row_bytes() const;
};

// A data set as its publisher divides it. `validation` or `test` may be empty; then institutions' own rows serve instead.
struct Collection {
  std::string name;
  std::string source;                // file or generator, for the record
  Task task;
  InputShape shape;
  Normalization normalization;
  std::shared_ptr<const Dataset> train;
  std::shared_ptr<const Dataset> validation;
  std::shared_ptr<const Dataset> test;
  std::vector<std::string> site_names;
};

// Some rows of a data set, in order. Cheap to copy.
struct Rows {
  std::shared_ptr<const Dataset> dataset;
  at::Tensor index;                  // int64 (n)
  [[nodiscard]] std::int64_t size() const { return index.defined() ? index.size(0) : 0; }
  [[nodiscard]] at::Tensor labels() const;  // of these rows; not for rows without a data set
};

// All rows of `dataset` (null gives none).
[[nodiscard]] Rows all_rows(std::shared_ptr<const Dataset> dataset);
// Rows of several selections as one data set: what a centralized machine would hold. All must be alike in shape.
[[nodiscard]] Rows pooled(const std::vector<Rows>& parts);
// A copy of some rows as a data set of its own, in the order given.
[[nodiscard]] Dataset selected(const Dataset& dataset, const std::vector<std::int64_t>& rows);
// Count of each class (multi_label: of rows with that label).
[[nodiscard]] std::vector<std::int64_t> class_histogram(const Rows& rows, const Task& task);

}  // namespace polyclinic
