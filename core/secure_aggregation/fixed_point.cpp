#include "core/secure_aggregation/fixed_point.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/error.hpp"

namespace polyclinic {
namespace {

constexpr std::int64_t exact_in_double = std::int64_t{1} << 53;

double scaled(float value, std::int64_t fraction_bits) {
  return std::round(std::ldexp(static_cast<double>(value), static_cast<int>(fraction_bits)));
}

std::int64_t signed_word(std::uint64_t word, const FixedPoint& format) {
  if (format.ring_bits == 64) return static_cast<std::int64_t>(word);
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(word));
}

}  // namespace

std::int64_t FixedPoint::limit() const {
  const std::int64_t most = ring_bits == 64 ? exact_in_double : (std::int64_t{1} << (ring_bits - 1)) - 1;
  return most / std::max<std::int64_t>(1, participants);
}

std::int64_t ring_bits_for(std::int64_t fraction_bits, double bound, std::int64_t samples) {
  const double largest = std::round(std::ldexp(bound, static_cast<int>(fraction_bits))) * static_cast<double>(samples);
  constexpr double room = 2147483647.0;  // 2^31 - 1
  return largest <= room && static_cast<double>(samples) <= room ? 32 : 64;
}

Words weighted_words(std::span<const float> values, std::int64_t samples, const FixedPoint& format) {
  const auto limit = static_cast<double>(format.limit());
  require(samples >= 0 && static_cast<double>(samples) <= limit, "secure aggregation: {} samples, at most {} fit", samples,
          format.limit());
  Words words;
  words.reserve(values.size() + 1);
  for (const float value : values) {
    if (samples == 0) {  // whoever has learned from nothing adds nothing, whatever it is
      words.push_back(0);
      continue;
    }
    const double whole = scaled(value, format.fraction_bits);
    if (!(std::abs(whole) * static_cast<double>(samples) <= limit)) {
      fail("secure aggregation: the number {} of an update with {} samples does not fit {} bits with {} participants; lower "
           "secure_aggregation.fraction_bits = {}, or clip updates",
           value, samples, format.ring_bits, format.participants, format.fraction_bits);
    }
    words.push_back(static_cast<std::uint64_t>(static_cast<std::int64_t>(whole) * samples) & format.mask());
  }
  words.push_back(static_cast<std::uint64_t>(samples) & format.mask());
  return words;
}

WeightedMean weighted_mean(std::span<const std::uint64_t> sum, const FixedPoint& format) {
  require(!sum.empty(), "secure aggregation: a sum without its samples");
  WeightedMean mean;
  mean.samples = signed_word(sum.back(), format);
  require(mean.samples > 0, "secure aggregation: the sum has {} samples behind it", mean.samples);
  const auto total = static_cast<double>(mean.samples);
  mean.values.reserve(sum.size() - 1);
  for (const std::uint64_t word : sum.first(sum.size() - 1)) {
    const auto whole = static_cast<double>(signed_word(word, format));
    mean.values.push_back(static_cast<float>(std::ldexp(whole, -static_cast<int>(format.fraction_bits)) / total));
  }
  return mean;
}

float rounded(float value, std::int64_t fraction_bits) {
  return static_cast<float>(std::ldexp(scaled(value, fraction_bits), -static_cast<int>(fraction_bits)));
}

}  // namespace polyclinic
