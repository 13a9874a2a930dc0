#include "core/data/strata.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

namespace polyclinic {
namespace {

std::int64_t first_set(const float* labels, std::int64_t count) {
  const float* found = std::find_if(labels, labels + count, [](float label) { return label > 0.5F; });
  return found == labels + count ? 0 : found - labels + 1;
}

// The positions that systematic sampling takes of 0 .. size-1: strictly increasing, because the step is at least 1.
std::vector<std::int64_t> systematic(std::int64_t size, std::int64_t count, double start) {
  std::vector<std::int64_t> positions;
  const double step = static_cast<double>(size) / static_cast<double>(count);
  for (std::int64_t i = 0; i < count; ++i) {
    const auto at = static_cast<std::int64_t>((static_cast<double>(i) + start) * step);
    positions.push_back(std::min(at, size - count + i));  // rounding must not pass the end
  }
  return positions;
}

}  // namespace

std::vector<std::int64_t> strata_of(const Dataset& dataset, const Task& task) {
  const at::Tensor labels = dataset.labels.contiguous();
  std::vector<std::int64_t> strata(static_cast<std::size_t>(dataset.size()));
  if (task.kind == TaskKind::multi_label) {
    const float* values = labels.data_ptr<float>();
    for (std::size_t row = 0; row < strata.size(); ++row)
      strata[row] = first_set(values + static_cast<std::int64_t>(row) * task.classes, task.classes);
  } else {
    const std::int64_t* values = labels.data_ptr<std::int64_t>();
    std::copy(values, values + strata.size(), strata.begin());
  }
  return strata;
}

RowList shuffled(const RowList& rows, Seed seed) {
  Random random(seed);
  RowList result;
  result.reserve(rows.size());
  for (const std::int64_t place : random.permutation(static_cast<std::int64_t>(rows.size())))
    result.push_back(rows[static_cast<std::size_t>(place)]);
  return result;
}

Draw draw_stratified(const RowList& rows, const std::vector<std::int64_t>& strata, std::int64_t count, Seed seed) {
  const auto size = static_cast<std::int64_t>(rows.size());
  if (count >= size) return {rows, {}};
  if (count <= 0) return {{}, rows};
  RowList ordered = shuffled(rows, seed / "order");
  const auto stratum = [&](std::int64_t row) { return strata[static_cast<std::size_t>(row)]; };
  std::stable_sort(ordered.begin(), ordered.end(), [&](auto a, auto b) { return stratum(a) < stratum(b); });
  std::vector<bool> taken(ordered.size(), false);
  for (const std::int64_t at : systematic(size, count, Random(seed / "start").uniform()))
    taken[static_cast<std::size_t>(at)] = true;
  Draw draw;
  for (std::size_t i = 0; i < ordered.size(); ++i) (taken[i] ? draw.taken : draw.rest).push_back(ordered[i]);
  return draw;
}

std::vector<std::int64_t> apportioned(const std::vector<double>& weights, std::int64_t total) {
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  assert(sum > 0.0);
  std::vector<std::int64_t> counts;
  std::vector<double> remainders;
  for (const double weight : weights) {
    const double exact = static_cast<double>(total) * weight / sum;
    counts.push_back(static_cast<std::int64_t>(exact));
    remainders.push_back(exact - std::floor(exact));
  }
  std::vector<std::size_t> order(weights.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return remainders[a] > remainders[b]; });
  const std::int64_t missing = total - std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
  for (std::int64_t i = 0; i < missing; ++i) ++counts[order[static_cast<std::size_t>(i) % order.size()]];
  return counts;
}

}  // namespace polyclinic
