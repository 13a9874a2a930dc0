#include "core/sharing/mean.hpp"

#include <algorithm>
#include <array>
#include <cmath>
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
  load_unchecked(encoded, type, first, values);
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += weight * static_cast<double>(values[i]);
}

// One look at the sum replaces one at each number: finite float32 numbers cannot overflow a double, others make it infinite
// or not a number for good.
float finite(double value) {
  require(std::isfinite(value), "shared update: a number of a round's updates is infinite or not a number");
  return static_cast<float>(value);
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
    for (const auto& [view, weight, scale] : payloads) add_part(sums, view.values, view.value_type, first, weight * scale);
  };
  const auto finish = [&](std::size_t first, std::span<const double> sums) {
    for (std::size_t i = 0; i < sums.size(); ++i) result[first + i] = finite(sums[i] / total);
  };
  for_each_block(dimension, add, finish);
  return mean;
}

// A coordinate's sums where updates publish different ones; side by side, as they are touched together.
struct Sum {
  double value = 0.0;
  double weight = 0.0;
};

// How much an update counts: what its values are multiplied by, and the weight that they are divided by.
struct Share {
  double factor;
  double weight;
};

void add(Sum& sum, const Share& share, float value) {
  sum.value += share.factor * static_cast<double>(value);
  sum.weight += share.weight;
}

void add_update(std::vector<Sum>& sums, const PayloadView& view, const Share& share) {
  const std::vector<std::uint32_t> positions = read_positions(view);
  std::vector<float> values(static_cast<std::size_t>(view.count));
  load_unchecked(view.values, view.value_type, 0, values);
  if (view.form == Form::dense) {
    for (std::size_t i = 0; i < values.size(); ++i) add(sums[i], share, values[i]);
  } else {
    for (std::size_t i = 0; i < values.size(); ++i) add(sums[positions[i]], share, values[i]);
  }
}

MeanUpdate sparse_mean(const std::vector<WeightedPayload>& payloads, std::int64_t dimension) {
  std::vector<Sum> sums(static_cast<std::size_t>(dimension));
  for (const auto& [view, weight, scale] : payloads) add_update(sums, view, {weight * scale, weight});
  MeanUpdate mean{zero_numbers(dimension), std::vector<std::uint8_t>(sums.size())};
  const std::span<float> result = writable_numbers(mean.values);
  for (std::size_t i = 0; i < sums.size(); ++i) {
    if (sums[i].weight == 0.0) continue;
    mean.published[i] = 1;
    result[i] = finite(sums[i].value / sums[i].weight);
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
    for (const auto& payload : payloads) add_part(sums, payload.view.control, payload.view.value_type, first, 1.0);
  };
  const auto finish = [&](std::size_t first, std::span<const double> sums) {
    for (std::size_t i = 0; i < sums.size(); ++i) result[first + i] = finite(sums[i]);
  };
  for_each_block(size, add, finish);
  return sum;
}

}  // namespace polyclinic
