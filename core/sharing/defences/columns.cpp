#include "core/sharing/defences/columns.hpp"

#include <algorithm>
#include <array>

#include "core/base/error.hpp"
#include "core/sharing/numbers.hpp"

namespace polyclinic {
namespace {

// Numbers in a block over all updates, 256 KiB, and the coordinates that it has at least and at most.
constexpr std::size_t block_numbers = 65536;
constexpr std::size_t least_coordinates = 16;
constexpr std::size_t most_coordinates = 2048;

// One update while its coordinates are gone through in order.
struct Source {
  const WeightedPayload& payload;
  bool dense;
  std::vector<std::uint32_t> positions;  // empty where dense
  std::size_t next = 0;                  // number of its next value
};

// A block of consecutive coordinates, a row of values each.
class Block {
 public:
  explicit Block(std::size_t updates)
      : updates_(updates),
        coordinates_(std::clamp(block_numbers / updates, least_coordinates, most_coordinates)),
        values_(coordinates_ * updates),
        counts_(coordinates_) {}

  [[nodiscard]] std::size_t coordinates() const { return coordinates_; }
  [[nodiscard]] std::span<float> row(std::size_t i) { return std::span(values_).subspan(i * updates_, counts_[i]); }
  void clear() { std::ranges::fill(counts_, 0); }

  // Adds what `source` publishes of the coordinates from `first` to before `end`.
  void add(Source& source, std::size_t first, std::size_t end) {
    const std::size_t until = source.dense ? end : first_not_below(source, end);
    std::array<float, most_coordinates> storage;
    const std::span<float> values = std::span(storage).first(until - source.next);
    read_scaled(source.payload, source.next, values);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::size_t row = (source.dense ? source.next + i : source.positions[source.next + i]) - first;
      values_[row * updates_ + counts_[row]++] = values[i];
    }
    source.next = until;
  }

 private:
  static std::size_t first_not_below(const Source& source, std::size_t end) {
    const auto begin = source.positions.begin();
    const auto from = begin + static_cast<std::ptrdiff_t>(source.next);
    return static_cast<std::size_t>(std::lower_bound(from, source.positions.end(), end) - begin);
  }

  std::size_t updates_;
  std::size_t coordinates_;
  std::vector<float> values_;
  std::vector<std::size_t> counts_;
};

std::vector<Source> sources_of(const std::vector<WeightedPayload>& payloads) {
  std::vector<Source> sources;
  for (const WeightedPayload& payload : payloads) {
    sources.push_back({payload, payload.view.form == Form::dense, read_positions(payload.view)});
  }
  return sources;
}

template <class Number>
double median_of_any(std::span<Number> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return static_cast<double>(*middle);
  return (static_cast<double>(*std::max_element(values.begin(), middle)) + static_cast<double>(*middle)) / 2.0;
}

}  // namespace

void read_scaled(const WeightedPayload& payload, std::size_t first, std::span<float> out) {
  const bool finite = load_values(payload.view.values, payload.view.value_type, first, out);
  require(finite, "shared update: a number of a round's updates is infinite or not a number");
  if (payload.scale == 1.0) return;
  for (float& value : out) value = static_cast<float>(payload.scale * static_cast<double>(value));
}

MeanUpdate combine_columns(const std::vector<WeightedPayload>& payloads, std::int64_t dimension,
                           const CombineColumn& combine) {
  MeanUpdate result{zero_numbers(dimension), std::vector<std::uint8_t>(static_cast<std::size_t>(dimension))};
  if (payloads.empty()) return result;
  const std::span<float> combined = writable_numbers(result.values);
  std::vector<Source> sources = sources_of(payloads);
  Block block(payloads.size());
  for (std::size_t first = 0; first < combined.size(); first += block.coordinates()) {
    const std::size_t end = std::min(first + block.coordinates(), combined.size());
    block.clear();
    for (Source& source : sources) block.add(source, first, end);
    for (std::size_t i = first; i < end; ++i) {
      const std::span<float> row = block.row(i - first);
      if (row.empty()) continue;
      combined[i] = combine(row);
      result.published[i] = 1;
    }
  }
  return result;
}

double median_of(std::span<float> values) { return median_of_any(values); }
double median_of(std::span<double> values) { return median_of_any(values); }

}  // namespace polyclinic
