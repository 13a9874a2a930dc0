// The numbers that are added under masks: fixed point, in the integers modulo 2^64, or 2^32 where that has room. Sums are exact
// and do not depend on their order, which sums of floats are not.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace polyclinic {

// Of the integers modulo 2^bits; a word is one of them, whatever the width of its type.
using Words = std::vector<std::uint64_t>;

struct FixedPoint {
  std::int64_t fraction_bits = 20;     // a value v stands as the whole number nearest to v * 2^fraction_bits (halves away from 0)
  std::int64_t ring_bits = 64;         // 32 or 64
  std::int64_t participants = 1;       // whose words may be added up

  // The largest magnitude of one participant's word: no sum of all of them wraps around, and none exceeds 2^53, so that a double
  // holds each of them exactly.
  [[nodiscard]] std::int64_t limit() const;
  [[nodiscard]] std::size_t word_bytes() const { return static_cast<std::size_t>(ring_bits) / 8; }
  [[nodiscard]] std::uint64_t mask() const { return ring_bits == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << ring_bits) - 1; }
  bool operator==(const FixedPoint&) const = default;
};

// 32 where the words of values within +-bound fit, with so many samples behind them all, else 64.
[[nodiscard]] std::int64_t ring_bits_for(std::int64_t fraction_bits, double bound, std::int64_t samples);

// What one member adds: samples times each rounded value, and the samples themselves as the last word. Throws Error, with the
// number and what would help, where a word exceeds limit().
[[nodiscard]] Words weighted_words(std::span<const float> values, std::int64_t samples, const FixedPoint& format);

// Of a sum of such words: the mean of the rounded values weighted by the samples, divided in double precision and rounded once.
// The same numbers as mean_update() makes of the rounded values in the clear. Throws Error where there are no samples.
struct WeightedMean {
  std::vector<float> values;
  std::int64_t samples = 0;
};
[[nodiscard]] WeightedMean weighted_mean(std::span<const std::uint64_t> sum, const FixedPoint& format);

// `value` as it comes back when it is shared alone: what aggregation in the clear must be given for the same model.
[[nodiscard]] float rounded(float value, std::int64_t fraction_bits);

}  // namespace polyclinic
