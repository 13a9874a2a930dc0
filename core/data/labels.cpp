#include "core/data/labels.hpp"

#include <algorithm>

#include "core/base/error.hpp"

namespace polyclinic {
namespace {

constexpr std::int64_t most_classes = 10'000;

at::Tensor integers(const at::Tensor& raw, const std::string& where) {
  require(!raw.is_floating_point(), "{}: labels must be integers, these are {}", where, toString(raw.scalar_type()));
  require(raw.dim() == 1 || raw.dim() == 2, "{}: labels must have shape (n), (n, 1) or (n, labels), not {} dimensions",
          where, raw.dim());
  return raw.to(at::kLong).contiguous();
}

void check_range(const at::Tensor& labels, std::int64_t classes, const std::string& where) {
  const std::int64_t* values = labels.data_ptr<std::int64_t>();
  const std::int64_t columns = labels.dim() == 2 ? labels.size(1) : 1;
  const auto* wrong = std::find_if(values, values + labels.numel(), [&](auto v) { return v < 0 || v >= classes; });
  require(wrong == values + labels.numel(), "{}: row {} has label {}, allowed are 0 to {}", where,
          (wrong - values) / std::max<std::int64_t>(columns, 1), wrong == values + labels.numel() ? 0 : *wrong,
          classes - 1);
}

}  // namespace

at::Tensor checked_labels(const at::Tensor& raw, const Task& task, const std::string& where) {
  const at::Tensor labels = integers(raw, where);
  const std::int64_t columns = labels.dim() == 2 ? labels.size(1) : 1;
  if (task.kind == TaskKind::multi_label) {
    require(labels.dim() == 2 && columns == task.classes, "{}: {} labels a row, expected {}", where, columns, task.classes);
    check_range(labels, 2, where);
    return labels.to(at::kFloat);
  }
  require(columns == 1, "{}: {} labels a row, expected one", where, columns);
  check_range(labels, task.classes, where);
  return labels.reshape({-1});
}

Task task_from_labels(const at::Tensor& raw, const std::string& where) {
  const at::Tensor labels = integers(raw, where);
  require(labels.numel() > 0, "{} has no rows", where);
  if (labels.dim() == 2 && labels.size(1) > 1) return {TaskKind::multi_label, labels.size(1), {}};
  const std::int64_t largest = labels.max().item<std::int64_t>();
  require(largest >= 1, "{}: all labels are {}, which leaves nothing to learn", where, largest);
  require(largest < most_classes, "{}: label {} is beyond the {} classes that are supported", where, largest, most_classes);
  return {largest == 1 ? TaskKind::binary : TaskKind::multi_class, largest + 1, {}};
}

}  // namespace polyclinic
