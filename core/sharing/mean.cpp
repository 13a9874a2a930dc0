#include "core/sharing/mean.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "core/sharing/numbers.hpp"

namespace polyclinic {
namespace {

// Coordinates summed at a time where all publish all: sums and one part of each update stay in the first-level cache, so
// that every payload is read from memory once and nothing else is.
constexpr std::size_t block_size = 2048;
using Sums = std::array<double, block_size>;
using Part = std::array<float, block_size>;

// sums[i] += weight * value[first + i]
void add_part(std::span<double> sums, ByteView encoded, ValueType type, std::size_t first, double weight) {
  Part part;
  const std::span<float> values = std::span(part).first(sums.size());
  require(load_values(encoded, type, first, values), "shared update: a number is infinite or not a number");
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += weight * static_cast<double>(values[i]);
}

// Calls finish(first, sums) for consecutive blocks of `size` coordinates, where add(first, sums) has added up each.
template <class Add, class Finish>
void for_each_block(std::int64_t size, Add add, Finish finish) {
  Sums storage;
  const auto end = static_cast<std::size_t>(size);
  for (std::size_t first = 0; first < end; first += block_size) {
    const std::span<double> sums = std::span(storage).first(std::min(block_size, end - first));
    std::ranges::fill(sums, 0.0);
    add(first, sums);
    finish(first, sums);
  }
}

MeanUpdate dense_mean(const std::vector<WeightedPayload>& payloads, std::int64_t dimension) {
  double total = 0.0;
  for (const WeightedPayload& payload : payloads) total += payload.weight;
  MeanUpdate mean{empty_numbers(dimension), {}};
  const std::span<float> result = writable_numbers(mean.values);
  const auto add = [&](std::size_t first, std::span<double> sums) {
    for (const auto& [view, weight] : payloads) add_part(sums, view.values, view.value_type, first, weight);
  };
  const auto finish = [&](std::size_t first, std::span<const double> sums) {
    for (std::size_t i = 0; i < sums.size(); ++i) result[first + i] = static_cast<float>(sums[i] / total);
  };
  for_each_block(dimension, add, finish);
  return mean;
}

// Sums of each coordinate, for updates that publish different ones.
struct SparseSums {
  std::vector<double> values;
  std::vector<double> weights;
};

void add_dense(SparseSums& sums, const PayloadView& view, double weight) {
  const at::Tensor tensor = read_values(view);
  const std::span<const float> values = numbers(tensor);
  for (std::size_t i = 0; i < values.size(); ++i) {
    sums.values[i] += weight * static_cast<double>(values[i]);
    sums.weights[i] += weight;
  }
}

void add_sparse(SparseSums& sums, const PayloadView& view, double weight) {
  const std::vector<std::uint32_t> positions = read_positions(view);
  const at::Tensor tensor = read_values(view);
  const std::span<const float> values = numbers(tensor);
  for (std::size_t i = 0; i < values.size(); ++i) {
    sums.values[positions[i]] += weight * static_cast<double>(values[i]);
    sums.weights[positions[i]] += weight;
  }
}

MeanUpdate sparse_mean(const std::vector<WeightedPayload>& payloads, std::int64_t dimension) {
  const auto size = static_cast<std::size_t>(dimension);
  SparseSums sums{std::vector<double>(size), std::vector<double>(size)};
  for (const auto& [view, weight] : payloads) {
    if (view.form == Form::dense) {
      add_dense(sums, view, weight);
    } else {
      add_sparse(sums, view, weight);
    }
  }
  MeanUpdate mean{empty_numbers(dimension), std::vector<std::uint8_t>(size)};
  const std::span<float> result = writable_numbers(mean.values);
  for (std::size_t i = 0; i < size; ++i) {
    const bool published = sums.weights[i] > 0.0;
    mean.published[i] = published ? 1 : 0;
    result[i] = published ? static_cast<float>(sums.values[i] / sums.weights[i]) : 0.0F;
  }
  return mean;
}

bool is_dense(const WeightedPayload& payload) { return payload.view.form == Form::dense; }

}  // namespace

MeanUpdate mean_update(const std::vector<WeightedPayload>& payloads, std::int64_t dimension) {
  const bool dense = !payloads.empty() && std::all_of(payloads.begin(), payloads.end(), is_dense);
  return dense ? dense_mean(payloads, dimension) : sparse_mean(payloads, dimension);
}

at::Tensor control_sum(const std::vector<WeightedPayload>& payloads, std::int64_t size) {
  at::Tensor sum = empty_numbers(size);
  const std::span<float> result = writable_numbers(sum);
  const auto add = [&](std::size_t first, std::span<double> sums) {
    for (const auto& [view, weight] : payloads) add_part(sums, view.control, view.value_type, first, 1.0);
  };
  const auto finish = [&](std::size_t first, std::span<const double> sums) {
    for (std::size_t i = 0; i < sums.size(); ++i) result[first + i] = static_cast<float>(sums[i]);
  };
  for_each_block(size, add, finish);
  return sum;
}

}  // namespace polyclinic
