// Numbers on the wire: little-endian IEEE 754 binary32 or binary16, or whole numbers of 8 bits with one scale for all of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "core/base/bytes.hpp"

namespace polyclinic {

// int8: a section of numbers begins with its scale (binary32), the largest magnitude / 127; each number is then its nearest
// multiple of the scale, -127 to 127. It saves bytes; what it rounds away protects nobody.
enum class ValueType : std::uint8_t { float32 = 0, float16 = 1, int8 = 2 };
inline constexpr std::uint8_t value_types = 3;

inline constexpr std::size_t float32_bytes = 4;
inline constexpr std::size_t float16_bytes = 2;
inline constexpr std::size_t scale_bytes = 4;
inline constexpr float largest_float16 = 65504.0F;  // IEEE 754 binary16: (2 - 2^-10) * 2^15

// Throws UsageError for anything but "float32", "float16" and "int8".
[[nodiscard]] ValueType value_type(const std::string& name);
[[nodiscard]] std::size_t value_bytes(ValueType type);  // of one number, a scale not counted
// Of a section of `count` numbers: none where there are no numbers.
[[nodiscard]] std::uint64_t section_bytes(ValueType type, std::uint64_t count);

// Index of the first number that is infinite or not a number.
[[nodiscard]] std::optional<std::size_t> first_non_finite(std::span<const float> values);

// Appends `values`, all finite. float16 rounds to nearest, ties to even; beyond +-65504 it saturates rather than become
// infinite: an honest update never gets there, and one coordinate must not stop a run. Below 2^-25 it becomes zero. int8: half
// a scale is rounded away from zero; where the scale would be below the least normal number it is 0, and so are all numbers.
void append_values(Bytes& bytes, std::span<const float> values, ValueType type);

// True for what append_values() may have written, as far as that concerns int8: a scale that is 0 beside zeros, or a normal number
// whose 127-fold occurs.
[[nodiscard]] bool is_well_scaled(ByteView section, ValueType type);

// Reads out.size() numbers of a whole section, starting with number `first`; needs no alignment. False where one of them is not
// finite.
[[nodiscard]] bool load_values(ByteView section, ValueType type, std::size_t first, std::span<float> out);
void load_unchecked(ByteView section, ValueType type, std::size_t first, std::span<float> out);

}  // namespace polyclinic
