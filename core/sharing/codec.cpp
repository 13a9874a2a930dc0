// A payload, all integers little-endian:
//
//   offset  bytes  field
//        0      4  "PSU1"
//        4      1  form: 0 dense, 1 indices, 2 bitmap, 3 seeded
//        5      1  numbers: 0 float32, 1 float16, 2 int8
//        6      2  zero
//        8      4  dimension: coordinates that the policy may publish
//       12      4  count: coordinates published here
//       16      8  seed of the public mask (form 3), else zero
//       24      4  control: numbers in the second section, 0 for none
//       28      4  zero
//       32         places: dense, seeded: nothing
//                          indices: count x 4 bytes, strictly increasing
//                          bitmap: 4 * ceil(dimension / 32) bytes, bit i of byte j is coordinate 8 j + i, the rest zero
//                  values: count numbers, in the order of their coordinates (int8: their scale first, see values.hpp)
//                  control: that many numbers
//
// There is one encoding for given coordinates, values and seed: whatever is not it is refused.
#include "core/sharing/codec.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstring>
#include <limits>
#include <span>

#include "core/sharing/mask.hpp"
#include "core/sharing/numbers.hpp"

namespace polyclinic {
namespace {

struct Header {
  std::array<char, 4> magic{'P', 'S', 'U', '1'};
  std::uint8_t form = 0;
  std::uint8_t values = 0;
  std::uint16_t zero = 0;
  std::uint32_t dimension = 0;
  std::uint32_t count = 0;
  std::uint64_t seed = 0;
  std::uint32_t control = 0;
  std::uint32_t zero_too = 0;
};
static_assert(sizeof(Header) == header_bytes && std::has_unique_object_representations_v<Header>);

std::uint64_t bitmap_bytes(std::int64_t dimension) {
  return bitmap_word_bytes * ((static_cast<std::uint64_t>(dimension) + 31) / 32);
}

std::uint64_t place_bytes(Form form, std::int64_t dimension, std::int64_t count) {
  if (form == Form::indices) return index_bytes * static_cast<std::uint64_t>(count);
  return form == Form::bitmap ? bitmap_bytes(dimension) : 0;
}

void append_places(Bytes& bytes, Form form, const Selection& selection) {
  if (form == Form::indices) {
    const ByteView raw = std::as_bytes(std::span(*selection.positions));
    bytes.insert(bytes.end(), raw.begin(), raw.end());
  } else if (form == Form::bitmap) {
    const std::size_t start = bytes.size();
    bytes.resize(start + bitmap_bytes(selection.dimension));
    for (const std::uint32_t position : *selection.positions) {
      bytes[start + position / 8] |= std::byte{1} << (position % 8);
    }
  }
}

void require_known_header(const Header& header) {
  require(header.magic == Header{}.magic, "shared update: does not begin with PSU1");
  require(header.form <= 3, "shared update: unknown form {}", header.form);
  require(header.values < value_types, "shared update: unknown kind of numbers {}", header.values);
  require(header.zero == 0 && header.zero_too == 0, "shared update: reserved bytes are not zero");
}

void require_consistent(const PayloadView& view, std::int64_t dimension, std::int64_t control) {
  require(view.dimension == dimension, "shared update: is over {} coordinates, this policy shares {}", view.dimension,
          dimension);
  require(view.count <= dimension, "shared update: publishes {} of {} coordinates", view.count, dimension);
  require(view.control_count == 0 || view.control_count == control,
          "shared update: has {} numbers of control variate, expected {} or none", view.control_count, control);
  const bool seeded = view.form == Form::seeded;
  require(seeded || view.seed == 0, "shared update: a seed without a mask");
  require(view.form == form_of(dimension, view.count, seeded),
          "shared update: form {} is not the smallest for {} of {} coordinates", static_cast<int>(view.form), view.count,
          dimension);
}

std::vector<std::uint32_t> read_indices(const PayloadView& view) {
  std::vector<std::uint32_t> positions(static_cast<std::size_t>(view.count));
  if (!positions.empty()) std::memcpy(positions.data(), view.places.data(), view.places.size());
  std::int64_t previous = -1;
  for (const std::uint32_t position : positions) {
    require(position < view.dimension, "shared update: coordinate {} of {}", position, view.dimension);
    require(position > previous, "shared update: coordinate {} follows {}", position, previous);
    previous = position;
  }
  return positions;
}

std::vector<std::uint32_t> read_bitmap(const PayloadView& view) {
  std::vector<std::uint32_t> positions;
  positions.reserve(static_cast<std::size_t>(view.count));
  for (std::size_t j = 0; j < view.places.size(); ++j) {
    for (auto rest = static_cast<std::uint8_t>(view.places[j]); rest != 0; rest &= static_cast<std::uint8_t>(rest - 1)) {
      require(positions.size() < static_cast<std::size_t>(view.count), "shared update: more bits than values");
      positions.push_back(static_cast<std::uint32_t>(8 * j) + static_cast<std::uint32_t>(std::countr_zero(rest)));
    }
  }
  require(positions.size() == static_cast<std::size_t>(view.count), "shared update: {} bits for {} values",
          positions.size(), view.count);
  const std::uint32_t last = positions.empty() ? 0 : positions.back();
  require(last < view.dimension, "shared update: coordinate {} of {}", last, view.dimension);
  return positions;
}

void require_finite(ByteView encoded, ValueType type, std::int64_t numbers_in_all, const char* section) {
  std::array<float, 4096> block;
  const auto count = static_cast<std::size_t>(numbers_in_all);
  require(is_well_scaled(encoded, type), "shared update: its {} are not multiples of the scale that they need", section);
  for (std::size_t first = 0; first < count; first += block.size()) {
    const auto part = std::span(block).first(std::min(block.size(), count - first));
    if (load_values(encoded, type, first, part)) continue;
    const std::size_t bad = first_non_finite(part).value();
    fail("shared update: number {} of its {} is {}", first + bad, section, part[bad]);
  }
}

at::Tensor read_numbers(ByteView encoded, ValueType type, std::int64_t count, const char* section) {
  at::Tensor tensor = empty_numbers(count);
  const bool finite = load_values(encoded, type, 0, writable_numbers(tensor));
  if (!finite || type == ValueType::int8) require_finite(encoded, type, count, section);
  return tensor;
}

}  // namespace

Form form_of(std::int64_t dimension, std::int64_t count, bool public_mask) {
  if (public_mask) return Form::seeded;
  if (count == dimension) return Form::dense;
  const bool list = place_bytes(Form::indices, dimension, count) <= place_bytes(Form::bitmap, dimension, count);
  return list ? Form::indices : Form::bitmap;
}

std::uint64_t encoded_bytes(Form form, std::int64_t dimension, std::int64_t count, std::int64_t control, ValueType values) {
  return header_bytes + place_bytes(form, dimension, count) + section_bytes(values, static_cast<std::uint64_t>(count)) +
         section_bytes(values, static_cast<std::uint64_t>(control));
}

Bytes encode(const Selection& selection, const at::Tensor& control, ValueType values) {
  const std::span<const float> published = numbers(selection.values);
  const std::span<const float> second = control.defined() ? numbers(control) : std::span<const float>{};
  assert(selection.dimension <= std::numeric_limits<std::uint32_t>::max());
  assert(!selection.positions || selection.positions->size() == published.size());
  assert(!first_non_finite(published) && !first_non_finite(second));
  const auto count = static_cast<std::int64_t>(published.size());
  const Form form = form_of(selection.dimension, count, selection.mask_seed.has_value());
  const Header header{.form = static_cast<std::uint8_t>(form),
                      .values = static_cast<std::uint8_t>(values),
                      .dimension = static_cast<std::uint32_t>(selection.dimension),
                      .count = static_cast<std::uint32_t>(count),
                      .seed = selection.mask_seed.value_or(0),
                      .control = static_cast<std::uint32_t>(second.size())};
  Bytes bytes;
  bytes.reserve(encoded_bytes(form, selection.dimension, count, static_cast<std::int64_t>(second.size()), values));
  const ByteView raw = std::as_bytes(std::span(&header, 1));
  bytes.insert(bytes.end(), raw.begin(), raw.end());
  append_places(bytes, form, selection);
  append_values(bytes, published, values);
  append_values(bytes, second, values);
  return bytes;
}

PayloadView parse(ByteView payload, std::int64_t dimension, std::int64_t control) {
  ByteReader reader(payload);
  const Header header = reader.get<Header>();
  require_known_header(header);
  PayloadView view{.form = static_cast<Form>(header.form),
                   .value_type = static_cast<ValueType>(header.values),
                   .dimension = header.dimension,
                   .count = header.count,
                   .control_count = header.control,
                   .seed = header.seed,
                   .places = {},
                   .values = {},
                   .control = {}};
  require_consistent(view, dimension, control);
  const std::uint64_t expected = encoded_bytes(view.form, dimension, view.count, view.control_count, view.value_type);
  require(payload.size() == expected, "shared update: has {} bytes, its header means {}", payload.size(), expected);
  view.places = reader.get_bytes(place_bytes(view.form, dimension, view.count));
  view.values = reader.get_bytes(section_bytes(view.value_type, header.count));
  view.control = reader.get_bytes(section_bytes(view.value_type, header.control));
  return view;
}

std::vector<std::uint32_t> read_positions(const PayloadView& view) {
  switch (view.form) {
    case Form::dense: return {};
    case Form::indices: return read_indices(view);
    case Form::bitmap: return read_bitmap(view);
    case Form::seeded: return public_mask(view.seed, view.dimension, view.count);
  }
  return {};
}

at::Tensor read_values(const PayloadView& view) { return read_numbers(view.values, view.value_type, view.count, "values"); }

at::Tensor read_control(const PayloadView& view) {
  if (view.control_count == 0) return {};
  return read_numbers(view.control, view.value_type, view.control_count, "control variate");
}

void check_content(const PayloadView& view) {
  if (view.form == Form::indices || view.form == Form::bitmap) static_cast<void>(read_positions(view));
  require_finite(view.values, view.value_type, view.count, "values");
  require_finite(view.control, view.value_type, view.control_count, "control variate");
}

}  // namespace polyclinic
