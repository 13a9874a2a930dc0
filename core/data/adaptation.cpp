#include "core/data/adaptation.hpp"

#include <ATen/ops/tensor.h>

#include <algorithm>
#include <map>
#include <memory>
#include <numeric>
#include <string_view>
#include <utility>

#include "core/data/demand.hpp"
#include "core/data/scanner.hpp"
#include "core/data/strata.hpp"

namespace polyclinic {
namespace {

using Part = std::shared_ptr<const Dataset>;

RowList rows_of(const Dataset& part) {
  RowList rows(static_cast<std::size_t>(part.size()));
  std::iota(rows.begin(), rows.end(), std::int64_t{0});
  return rows;
}

// Sorted. A row's place is compared as k + 1/2 with n times the bound, so that whoever ends and whoever begins there agree.
RowList rows_between(const Dataset& part, const Task& task, double from, double to, Seed seed) {
  std::map<std::int64_t, RowList> by_class;
  const std::vector<std::int64_t> strata = strata_of(part, task);
  for (const std::int64_t row : shuffled(rows_of(part), seed)) by_class[strata[static_cast<std::size_t>(row)]].push_back(row);
  RowList taken;
  for (const auto& [stratum, rows] : by_class) {
    const auto size = static_cast<double>(rows.size());
    for (std::size_t k = 0; k < rows.size(); ++k) {
      const double place = static_cast<double>(k) + 0.5;
      if (place >= from * size && place < to * size) taken.push_back(rows[k]);
    }
  }
  std::sort(taken.begin(), taken.end());
  return taken;
}

Part share_of(const Part& part, const Task& task, double from, double to, Seed seed) {
  if (!part) return nullptr;
  return std::make_shared<const Dataset>(selected(*part, rows_between(*part, task, from, to, seed)));
}

Part with_permuted_labels(const Part& part, Seed seed) {
  if (!part) return nullptr;
  Dataset dealt = *part;
  dealt.labels = part->labels.index_select(0, at::tensor(shuffled(rows_of(*part), seed)));
  return std::make_shared<const Dataset>(std::move(dealt));
}

Part seen_through(const Part& part, const Scanner& scanner, Seed seed) {
  if (!part) return nullptr;
  Dataset seen = *part;
  seen.inputs = acquired(part->inputs, scanner, rows_of(*part), seed);
  return std::make_shared<const Dataset>(std::move(seen));
}

}  // namespace

Collection share_of(Collection collection, double from, double to, Seed common) {
  demand(from >= 0.0 && from < to && to <= 1.0, "data.from is {} and data.to {}, allowed are 0 <= from < to <= 1", from, to);
  if (from == 0.0 && to == 1.0) return collection;
  const std::int64_t before = collection.train->size();
  collection.train = share_of(collection.train, collection.task, from, to, common / "train");
  collection.validation = share_of(collection.validation, collection.task, from, to, common / "validation");
  demand(collection.train->size() > 0, "data.from = {} and data.to = {} leave none of the {} training rows of {}", from, to,
         before, collection.name);
  if (!collection.shape.is_image()) collection.normalization = column_normalization(collection.train->inputs);
  return collection;
}

Collection with_permuted_labels(Collection collection, Seed seed) {
  collection.train = with_permuted_labels(collection.train, seed / "train");
  collection.validation = with_permuted_labels(collection.validation, seed / "validation");
  return collection;
}

Collection seen_through(Collection collection, const AcquisitionConfig& config, Seed seed) {
  const Scanner scanner = {config.gain, config.offset, config.blur_pixels, config.noise};
  if (scanner.is_neutral()) return collection;
  demand(collection.shape.is_image(), "data.acquisition needs images, {} is a table", collection.name);
  collection.train = seen_through(collection.train, scanner, seed / "train");
  collection.validation = seen_through(collection.validation, scanner, seed / "validation");
  collection.test = seen_through(collection.test, scanner, seed / "test");
  return collection;
}

}  // namespace polyclinic
