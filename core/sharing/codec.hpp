// The bytes of a shared update. codec.cpp describes the format.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/sharing/selection.hpp"
#include "core/sharing/values.hpp"

namespace polyclinic {

// How a payload says which coordinates it publishes.
enum class Form : std::uint8_t {
  dense = 0,    // all of them
  indices = 1,  // a list
  bitmap = 2,   // a bit for each
  seeded = 3    // public_mask() of the seed in the header
};

inline constexpr std::size_t header_bytes = 32;
inline constexpr std::size_t index_bytes = 4;
inline constexpr std::size_t bitmap_word_bytes = 4;  // a bitmap is a whole number of words: 4 * ceil(dimension / 32) bytes

// The only form that an encoding may take: dense when everything is published, else the smaller of index list and bitmap
// (the list where they are equal). Only a public mask is a choice.
[[nodiscard]] Form form_of(std::int64_t dimension, std::int64_t count, bool public_mask);

// Size of a payload: header + places + a section of `count` numbers + one of `control`.
[[nodiscard]] std::uint64_t encoded_bytes(Form form, std::int64_t dimension, std::int64_t count, std::int64_t control,
                                          ValueType values);

// `control`: float32 numbers for the second section, undefined for none. Every number must be finite (encode() asserts).
[[nodiscard]] Bytes encode(const Selection& selection, const at::Tensor& control, ValueType values);

// A payload whose header and size are right; what it publishes has not been looked at. Points into the payload.
struct PayloadView {
  Form form = Form::dense;
  ValueType value_type = ValueType::float32;
  std::int64_t dimension = 0;
  std::int64_t count = 0;          // published coordinates
  std::int64_t control_count = 0;  // numbers in the second section
  std::uint64_t seed = 0;
  ByteView places;
  ByteView values;
  ByteView control;
};

// Throws Error unless the header is that of an update over `dimension` coordinates with a second section of `control`
// numbers or none, and the payload has exactly the size that follows. Allocates nothing.
[[nodiscard]] PayloadView parse(ByteView payload, std::int64_t dimension, std::int64_t control);

// Sorted positions below `dimension`, as many as `count`; throws Error for unsorted, repeated or too large ones, and for a
// bitmap with another number of bits. Empty for a dense payload: all of them.
[[nodiscard]] std::vector<std::uint32_t> read_positions(const PayloadView& view);

// The numbers as float32; throws Error for one that is infinite or not a number: averaged, it would silently poison a
// model; and for int8 with a scale that is not the one that its numbers need.
[[nodiscard]] at::Tensor read_values(const PayloadView& view);
[[nodiscard]] at::Tensor read_control(const PayloadView& view);  // undefined: no second section

// Throws as the three functions above would, without building what they return.
void check_content(const PayloadView& view);

}  // namespace polyclinic
