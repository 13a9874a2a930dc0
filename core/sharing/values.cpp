#include "core/sharing/values.hpp"

#include <c10/util/Half.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

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

constexpr int largest_code = 127;

float scale_of(std::span<const float> values) {
  float largest = 0.0F;
  for (const float value : values) largest = std::max(largest, std::abs(value));
  const float scale = largest / static_cast<float>(largest_code);
  if (std::isinf(scale * static_cast<float>(largest_code))) return std::nextafter(scale, 0.0F);
  return scale < std::numeric_limits<float>::min() ? 0.0F : scale;
}

std::int8_t code_of(float value, float scale) {
  if (scale == 0.0F) return 0;
  const float nearest = std::round(value / scale);
  return static_cast<std::int8_t>(std::clamp(static_cast<int>(nearest), -largest_code, largest_code));
}

void append_codes(Bytes& bytes, std::span<const float> values) {
  if (values.empty()) return;
  const float scale = scale_of(values);
  const ByteView raw = std::as_bytes(std::span(&scale, 1));
  bytes.insert(bytes.end(), raw.begin(), raw.end());
  for (const float value : values) bytes.push_back(std::bit_cast<std::byte>(code_of(value, scale)));
}

float read_scale(ByteView section) {
  float scale = 0.0F;
  std::memcpy(&scale, section.data(), scale_bytes);
  return scale;
}

void load_codes(ByteView section, std::size_t first, std::span<float> out) {
  const float scale = read_scale(section);
  const ByteView codes = section.subspan(scale_bytes + first, out.size());
  std::transform(codes.begin(), codes.end(), out.begin(),
                 [scale](std::byte code) { return scale * static_cast<float>(std::bit_cast<std::int8_t>(code)); });
}

}  // namespace

ValueType value_type(const std::string& name) {
  if (name == "float32") return ValueType::float32;
  if (name == "float16") return ValueType::float16;
  if (name == "int8") return ValueType::int8;
  throw UsageError(fmt::format("sharing.values is \"{}\", allowed are \"float32\", \"float16\" and \"int8\"", name));
}

std::size_t value_bytes(ValueType type) {
  switch (type) {
    case ValueType::float32: return float32_bytes;
    case ValueType::float16: return float16_bytes;
    case ValueType::int8: return 1;
  }
  return 0;
}

std::uint64_t section_bytes(ValueType type, std::uint64_t count) {
  return count * value_bytes(type) + (type == ValueType::int8 && count > 0 ? scale_bytes : 0);
}

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
  if (type == ValueType::int8) return append_codes(bytes, values);
  std::array<std::uint16_t, 1024> block;
  for (std::size_t first = 0; first < values.size(); first += block.size()) {
    const auto part = values.subspan(first, std::min(block.size(), values.size() - first));
    std::transform(part.begin(), part.end(), block.begin(), half_bits);
    const ByteView raw = std::as_bytes(std::span(block).first(part.size()));
    bytes.insert(bytes.end(), raw.begin(), raw.end());
  }
}

bool is_well_scaled(ByteView section, ValueType type) {
  if (type != ValueType::int8 || section.empty()) return true;
  const float scale = read_scale(section);
  int largest = 0;
  for (const std::byte code : section.subspan(scale_bytes)) {
    largest = std::max(largest, std::abs(static_cast<int>(std::bit_cast<std::int8_t>(code))));
  }
  if (scale == 0.0F) return !std::signbit(scale) && largest == 0;
  return std::isnormal(scale) && scale > 0.0F && largest == largest_code;
}

void load_unchecked(ByteView section, ValueType type, std::size_t first, std::span<float> out) {
  if (out.empty()) return;
  if (type == ValueType::int8) return load_codes(section, first, out);
  const ByteView raw = section.subspan(first * value_bytes(type), out.size() * value_bytes(type));
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

bool load_values(ByteView section, ValueType type, std::size_t first, std::span<float> out) {
  load_unchecked(section, type, first, out);
  return all_finite(out);
}

}  // namespace polyclinic
