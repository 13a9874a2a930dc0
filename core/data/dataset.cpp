#include "core/data/dataset.hpp"

#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <utility>

#include "core/base/error.hpp"

namespace polyclinic {
namespace {

// Rows without a single row say nothing about shape or type, so they are left out.
std::vector<Rows> non_empty(const std::vector<Rows>& parts) {
  std::vector<Rows> kept;
  std::copy_if(parts.begin(), parts.end(), std::back_inserter(kept), [](const Rows& part) { return part.size() > 0; });
  return kept;
}

bool alike(const Dataset& a, const Dataset& b) {
  return a.inputs.scalar_type() == b.inputs.scalar_type() && a.inputs.sizes().slice(1) == b.inputs.sizes().slice(1) &&
         a.labels.scalar_type() == b.labels.scalar_type() && a.labels.sizes().slice(1) == b.labels.sizes().slice(1);
}

std::vector<std::int32_t> pooled_sites(const std::vector<Rows>& parts) {
  std::vector<std::int32_t> sites;
  for (const Rows& part : parts) {
    if (part.dataset->sites.empty()) return {};
    const std::int64_t* index = part.index.data_ptr<std::int64_t>();
    for (std::int64_t i = 0; i < part.size(); ++i) sites.push_back(part.dataset->sites[static_cast<std::size_t>(index[i])]);
  }
  return sites;
}

std::shared_ptr<const Dataset> gathered(const std::vector<Rows>& parts) {
  std::vector<at::Tensor> inputs;
  std::vector<at::Tensor> labels;
  for (const Rows& part : parts) {
    require(alike(*part.dataset, *parts.front().dataset), "data sets of different shape or type cannot be pooled");
    inputs.push_back(part.dataset->inputs.index_select(0, part.index));
    labels.push_back(part.labels());
  }
  return std::make_shared<const Dataset>(Dataset{at::cat(inputs), at::cat(labels), pooled_sites(parts)});
}

}  // namespace

Normalization column_normalization(const at::Tensor& table) {
  const at::Tensor mean = table.mean(0);
  const at::Tensor deviation = table.std(0, /*unbiased=*/false);
  Normalization result = {{}, {}};
  for (std::int64_t column = 0; column < table.size(1); ++column) {
    const float spread = deviation[column].item<float>();
    result.mean.push_back(mean[column].item<float>());
    result.deviation.push_back(spread > 0.0F ? spread : 1.0F);
  }
  return result;
}

std::uint64_t Dataset::row_bytes() const {
  if (size() == 0) return 0;
  const std::int64_t label_values = labels.numel() / size();
  const std::int64_t input_bytes = inputs.numel() / size() * static_cast<std::int64_t>(inputs.element_size());
  return static_cast<std::uint64_t>(input_bytes + label_values);
}

at::Tensor Rows::labels() const { return dataset->labels.index_select(0, index); }

Rows all_rows(std::shared_ptr<const Dataset> dataset) {
  if (!dataset) return {};
  at::Tensor index = at::arange(dataset->size(), at::kLong);
  return {std::move(dataset), std::move(index)};
}

Rows pooled(const std::vector<Rows>& parts) {
  const std::vector<Rows> kept = non_empty(parts);
  if (kept.empty()) return {};
  const auto same = [&](const Rows& part) { return part.dataset == kept.front().dataset; };
  if (!std::all_of(kept.begin(), kept.end(), same)) return all_rows(gathered(kept));
  std::vector<at::Tensor> indices;
  for (const Rows& part : kept) indices.push_back(part.index);
  return {kept.front().dataset, at::cat(indices)};
}

Dataset selected(const Dataset& dataset, const std::vector<std::int64_t>& rows) {
  const at::Tensor index = at::tensor(rows);
  std::vector<std::int32_t> sites;
  if (!dataset.sites.empty())
    for (const std::int64_t row : rows) sites.push_back(dataset.sites.at(static_cast<std::size_t>(row)));
  return {dataset.inputs.index_select(0, index), dataset.labels.index_select(0, index), sites};
}

std::vector<std::int64_t> class_histogram(const Rows& rows, const Task& task) {
  std::vector<std::int64_t> counts(static_cast<std::size_t>(task.classes), 0);
  if (rows.size() == 0) return counts;
  const at::Tensor labels = rows.labels().contiguous();
  if (task.kind == TaskKind::multi_label) {
    const float* values = labels.data_ptr<float>();
    for (std::int64_t i = 0; i < labels.numel(); ++i)
      counts[static_cast<std::size_t>(i % task.classes)] += values[i] > 0.5F ? 1 : 0;
  } else {
    const std::int64_t* values = labels.data_ptr<std::int64_t>();
    for (std::int64_t i = 0; i < labels.numel(); ++i) ++counts.at(static_cast<std::size_t>(values[i]));
  }
  return counts;
}

}  // namespace polyclinic
