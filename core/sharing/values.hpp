// Numbers on the wire: little-endian IEEE 754 binary32 or binary16.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "core/base/bytes.hpp"

namespace polyclinic {

enum class ValueType : std::uint8_t { float32 = 0, float16 = 1 };

inline constexpr std::size_t float32_bytes = 4;
inline constexpr std::size_t float16_bytes = 2;
inline constexpr float largest_float16 = 65504.0F;  // IEEE 754 binary16: (2 - 2^-10) * 2^15

// Throws UsageError for anything but "float32" and "float16".
[[nodiscard]] ValueType value_type(const std::string& name);
[[nodiscard]] std::size_t value_bytes(ValueType type);

// Index of the first number that is infinite or not a number.
[[nodiscard]] std::optional<std::size_t> first_non_finite(std::span<const float> values);

// Appends `values`, all finite. float16 rounds to nearest, ties to even; beyond +-65504 it saturates rather than become
// infinite: an honest update never gets there, and one coordinate must not stop a run. Below 2^-25 it becomes zero.
void append_values(Bytes& bytes, std::span<const float> values, ValueType type);

// Reads out.size() numbers starting with number `first`; needs no alignment. False where one of them is not finite.
[[nodiscard]] bool load_values(ByteView encoded, ValueType type, std::size_t first, std::span<float> out);
void load_unchecked(ByteView encoded, ValueType type, std::size_t first, std::span<float> out);

}  // namespace polyclinic
