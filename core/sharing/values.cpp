#include "core/sharing/values.hpp"

#include <c10/util/Half.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace polyclinic {
namespace {

// In integers, so that the compiler may use vectors: a float is not finite when all its exponent bits are set.
bool all_finite(std::span<const float> values) {
  constexpr std::uint32_t exponent = 0x7f800000U;
  std::uint32_t found = 0;
  for (const float value : values) found |= (std::bit_cast<std::uint32_t>(value) & exponent) == exponent ? 1U : 0U;
  return found == 0;
}

std::uint16_t half_bits(float value) { return c10::Half(std::clamp(value, -largest_float16, largest_float16)).x; }

}  // namespace

ValueType value_type(const std::string& name) {
  if (name == "float32") return ValueType::float32;
  if (name == "float16") return ValueType::float16;
  throw UsageError(fmt::format("sharing.values is \"{}\", allowed are \"float32\" and \"float16\"", name));
}

std::size_t value_bytes(ValueType type) { return type == ValueType::float32 ? float32_bytes : float16_bytes; }

std::optional<std::size_t> first_non_finite(std::span<const float> values) {
  if (all_finite(values)) return std::nullopt;
  const auto bad = std::find_if(values.begin(), values.end(), [](float value) { return !all_finite({&value, 1}); });
  return static_cast<std::size_t>(bad - values.begin());
}

void append_values(Bytes& bytes, std::span<const float> values, ValueType type) {
  if (type == ValueType::float32) {
    const ByteView raw = std::as_bytes(values);
    bytes.insert(bytes.end(), raw.begin(), raw.end());
    return;
  }
  std::array<std::uint16_t, 1024> block;
  for (std::size_t first = 0; first < values.size(); first += block.size()) {
    const auto part = values.subspan(first, std::min(block.size(), values.size() - first));
    std::transform(part.begin(), part.end(), block.begin(), half_bits);
    const ByteView raw = std::as_bytes(std::span(block).first(part.size()));
    bytes.insert(bytes.end(), raw.begin(), raw.end());
  }
}

void load_unchecked(ByteView encoded, ValueType type, std::size_t first, std::span<float> out) {
  const ByteView raw = encoded.subspan(first * value_bytes(type), out.size() * value_bytes(type));
  if (out.empty()) return;
  if (type == ValueType::float32) {
    std::memcpy(out.data(), raw.data(), raw.size());
    return;
  }
  for (std::size_t i = 0; i < out.size(); ++i) {
    std::uint16_t bits = 0;
    std::memcpy(&bits, raw.data() + i * float16_bytes, float16_bytes);
    out[i] = c10::Half(bits, c10::Half::from_bits());
  }
}

bool load_values(ByteView encoded, ValueType type, std::size_t first, std::span<float> out) {
  load_unchecked(encoded, type, first, out);
  return all_finite(out);
}

}  // namespace polyclinic
