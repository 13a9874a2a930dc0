#include "core/sharing/codec.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <optional>

#include "core/base/seed.hpp"
#include "core/sharing/mask.hpp"
#include "tests/core/sharing/fixture.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

using namespace testing;

// The first `count` coordinates of `dimension`, with values 1, 2, 3, ...
Selection first_of(std::int64_t dimension, std::int64_t count) {
  Selection selection{.dimension = dimension, .positions = std::nullopt, .values = empty_numbers(count), .mask_seed = {}};
  const auto values = writable_numbers(selection.values);
  std::iota(values.begin(), values.end(), 1.0F);
  if (count == dimension) return selection;
  selection.positions.emplace(static_cast<std::size_t>(count));
  std::iota(selection.positions->begin(), selection.positions->end(), 0U);
  return selection;
}

Selection masked(std::int64_t dimension, std::int64_t count, std::uint64_t seed) {
  Selection selection = first_of(dimension, count);
  selection.positions = public_mask(seed, dimension, count);
  selection.mask_seed = seed;
  return selection;
}

std::string refusal(const Bytes& bytes, std::int64_t dimension = 100, std::int64_t control = 0) {
  return message_of([&] {
    const PayloadView view = parse(bytes, dimension, control);
    static_cast<void>(read_positions(view));
    static_cast<void>(read_values(view));
    static_cast<void>(read_control(view));
  });
}

template <class T>
Bytes with(Bytes bytes, std::size_t offset, T value) {
  std::memcpy(bytes.data() + offset, &value, sizeof value);
  return bytes;
}

}  // namespace

TEST_CASE("the size of every encoding") {
  const auto size = [](const Selection& selection, ValueType type, std::int64_t control = 0) {
    return encode(selection, control > 0 ? zero_numbers(control) : at::Tensor{}, type).size();
  };
  // header 32; dense: 1000 numbers of 4 or 2 bytes
  CHECK(size(first_of(1000, 1000), ValueType::float32) == 32 + 4000);
  CHECK(size(first_of(1000, 1000), ValueType::float16) == 32 + 2000);
  // bitmap of 1000: 32 words of 4 bytes = 128 bytes = 32 indices
  CHECK(size(first_of(1000, 31), ValueType::float32) == 32 + 31 * 4 + 31 * 4);
  CHECK(size(first_of(1000, 32), ValueType::float32) == 32 + 128 + 32 * 4);
  CHECK(size(first_of(1000, 33), ValueType::float32) == 32 + 128 + 33 * 4);
  CHECK(size(first_of(1000, 999), ValueType::float16) == 32 + 128 + 999 * 2);
  // the mask follows from the seed in the header
  CHECK(size(masked(1000, 100, 7), ValueType::float32) == 32 + 100 * 4);
  CHECK(size(masked(1000, 100, 7), ValueType::float16) == 32 + 100 * 2);
  // a second section for control variates
  CHECK(size(first_of(1000, 1000), ValueType::float32, 900) == 32 + 4000 + 3600);
  CHECK(size(masked(1000, 100, 7), ValueType::float16, 900) == 32 + 200 + 1800);
  // int8: a byte each, and 4 for the scale of each section
  CHECK(size(first_of(1000, 1000), ValueType::int8) == 32 + 4 + 1000);
  CHECK(size(masked(1000, 100, 7), ValueType::int8, 900) == 32 + 4 + 100 + 4 + 900);
  CHECK(size(first_of(1000, 0), ValueType::int8) == 32);
  // nothing published
  CHECK(size(first_of(1000, 0), ValueType::float32) == 32);
}

TEST_CASE("encoded_bytes says what encode does, and form_of picks the smaller") {
  for (const ValueType type : {ValueType::float32, ValueType::float16, ValueType::int8}) {
    for (const std::int64_t count : {0, 1, 31, 32, 33, 500, 999, 1000}) {
      const Form form = form_of(1000, count, false);
      CHECK(encode(first_of(1000, count), {}, type).size() == encoded_bytes(form, 1000, count, 0, type));
    }
  }
  CHECK(form_of(1000, 32, false) == Form::indices);  // equally large: the list
  CHECK(form_of(1000, 33, false) == Form::bitmap);
  CHECK(form_of(1000, 1000, false) == Form::dense);
  CHECK(form_of(1000, 1000, true) == Form::seeded);
}

TEST_CASE("what is decoded is what was encoded") {
  const at::Tensor control = tensor({0.5F, -0.25F});
  for (const Selection& selection : {first_of(1000, 1000), first_of(1000, 20), first_of(1000, 700), first_of(1000, 0),
                                     masked(1000, 300, 99), masked(1000, 1000, 99)}) {
    for (const ValueType type : {ValueType::float32, ValueType::float16}) {  // whole numbers to 1000 are exact in both
      const Bytes bytes = encode(selection, control, type);
      const PayloadView view = parse(bytes, 1000, 2);
      CHECK(list(read_values(view)) == list(selection.values));
      CHECK(read_positions(view) == selection.positions.value_or(std::vector<std::uint32_t>{}));
      CHECK(list(read_control(view)) == list(control));
    }
  }
}

TEST_CASE("a bitmap keeps scattered coordinates") {
  Selection selection = first_of(70, 3);
  selection.positions = {{0, 31, 69}};  // 70 bits: 12 bytes, as many as three indices
  CHECK(form_of(70, 3, false) == Form::indices);
  selection = first_of(70, 4);
  selection.positions = {{7, 8, 64, 69}};
  const Bytes bytes = encode(selection, {}, ValueType::float32);
  const PayloadView view = parse(bytes, 70, 0);
  CHECK(view.form == Form::bitmap);
  CHECK(read_positions(view) == *selection.positions);
}

TEST_CASE("bytes that no policy wrote are refused, each with its reason") {
  const Bytes sparse = encode(first_of(100, 3), {}, ValueType::float32);
  REQUIRE(refusal(sparse) == "no error");
  for (std::size_t size = 0; size < sparse.size(); ++size) {
    CHECK(refusal(Bytes(sparse.begin(), sparse.begin() + static_cast<std::ptrdiff_t>(size))) != "no error");
  }
  Bytes longer = sparse;
  longer.push_back(std::byte{0});
  CHECK(contains(refusal(longer), "has 57 bytes, its header means 56"));
  CHECK(contains(refusal(with(sparse, 0, 'Q')), "does not begin with PSU1"));
  CHECK(contains(refusal(with(sparse, 4, std::uint8_t{4})), "unknown form 4"));
  CHECK(contains(refusal(with(sparse, 5, std::uint8_t{3})), "unknown kind of numbers"));
  CHECK(contains(refusal(with(sparse, 6, std::uint8_t{1})), "reserved"));
  CHECK(contains(refusal(with(sparse, 28, std::uint8_t{1})), "reserved"));
  CHECK(contains(refusal(sparse, 101), "is over 100 coordinates, this policy shares 101"));
  CHECK(contains(refusal(with(sparse, 12, std::uint32_t{101})), "publishes 101 of 100"));
  CHECK(contains(refusal(with(sparse, 12, std::uint32_t{4'000'000'000U})), "publishes 4000000000 of 100"));
  CHECK(contains(refusal(with(sparse, 16, std::uint64_t{1})), "a seed without a mask"));
  CHECK(contains(refusal(with(sparse, 24, std::uint32_t{5})), "has 5 numbers of control variate, expected 0"));
  CHECK(contains(refusal(with(sparse, 4, std::uint8_t{0})), "not the smallest"));
  CHECK(contains(refusal(with(sparse, 4, std::uint8_t{2})), "not the smallest"));
}

TEST_CASE("coordinates out of range or order are refused") {
  const Bytes sparse = encode(first_of(100, 3), {}, ValueType::float32);
  CHECK(contains(refusal(with(sparse, 40, std::uint32_t{100})), "coordinate 100 of 100"));
  CHECK(contains(refusal(with(sparse, 36, std::uint32_t{0})), "coordinate 0 follows 0"));
  CHECK(contains(refusal(with(sparse, 36, std::uint32_t{50})), "coordinate 2 follows 50"));
  const Bytes bitmap = encode(first_of(100, 9), {}, ValueType::float32);  // bits 0-8 in 16 bytes
  CHECK(contains(refusal(with(bitmap, 33, std::uint8_t{0})), "8 bits for 9 values"));
  CHECK(contains(refusal(with(bitmap, 33, std::uint8_t{3})), "more bits than values"));
  Bytes beyond = with(with(bitmap, 33, std::uint8_t{0}), 32 + 12, std::uint8_t{16});  // bit 100
  CHECK(contains(refusal(beyond), "coordinate 100 of 100"));
}

TEST_CASE("numbers that are not finite are refused by place") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const Bytes dense = encode(first_of(100, 100), zero_numbers(2), ValueType::float32);
  CHECK(contains(refusal(with(dense, 32 + 4 * 99, nan), 100, 2), "number 99 of its values is nan"));
  CHECK(contains(refusal(with(dense, 32 + 4 * 101, -HUGE_VALF), 100, 2), "number 1 of its control variate is -inf"));
  const Bytes half = encode(first_of(100, 100), {}, ValueType::float16);
  CHECK(contains(refusal(with(half, 34, std::uint16_t{0x7c00})), "number 1 of its values is inf"));
  CHECK_THROWS_AS(check_content(parse(with(dense, 36, nan), 100, 2)), Error);
  CHECK_NOTHROW(check_content(parse(dense, 100, 2)));
}

TEST_CASE("a few thousand random mutations are refused or decode to something sound") {
  Random random{Seed(20) / "fuzz"};
  const std::vector<Bytes> originals{
      encode(first_of(100, 100), zero_numbers(8), ValueType::float32), encode(first_of(100, 3), {}, ValueType::float16),
      encode(first_of(100, 60), {}, ValueType::float32), encode(masked(100, 40, 12), zero_numbers(8), ValueType::float16)};
  int refused = 0;
  int accepted = 0;
  for (int trial = 0; trial < 8000; ++trial) {
    Bytes bytes = originals[random.below(originals.size())];
    for (std::uint64_t flips = 1 + random.below(4); flips > 0; --flips) {
      const std::size_t reach = random.below(2) == 0 ? bytes.size() : std::size_t{44};  // half of them in the header
      bytes[random.below(std::min(reach, bytes.size()))] = static_cast<std::byte>(random.below(256));
    }
    if (random.below(8) == 0) bytes.resize(random.below(2 * bytes.size()));
    try {
      const PayloadView view = parse(bytes, 100, 8);
      const auto positions = read_positions(view);
      const at::Tensor values = read_values(view);
      CHECK_FALSE(first_non_finite(numbers(values)).has_value());
      CHECK((view.form == Form::dense || std::ssize(positions) == values.numel()));
      CHECK((positions.empty() || positions.back() < 100));
      CHECK(std::ranges::adjacent_find(positions, std::greater_equal<>()) == positions.end());
      static_cast<void>(read_control(view));
      ++accepted;
    } catch (const Error&) {
      ++refused;
    }
  }
  CHECK(refused > 3000);
  CHECK(accepted > 300);  // changed values are still values
}

TEST_CASE("int8 numbers and control variates each have their own scale") {
  Selection selection = first_of(100, 3);
  selection.values = tensor({127, -64, 1});
  const Bytes bytes = encode(selection, tensor({0.5F, -0.5F}), ValueType::int8);
  const PayloadView view = parse(bytes, 100, 2);
  CHECK(list(read_values(view)) == std::vector<float>{127, -64, 1});
  CHECK(list(read_control(view)) == std::vector<float>{0.5F, -0.5F});
  check_content(view);
}

TEST_CASE("int8 numbers that miss their scale are refused, so that there is one encoding") {
  Selection selection = first_of(100, 3);
  selection.values = tensor({127, -64, 1});
  const Bytes bytes = encode(selection, {}, ValueType::int8);
  const std::size_t values = 32 + 3 * 4 + 4;  // header, three indices, scale
  REQUIRE(refusal(bytes) == "no error");
  CHECK(contains(refusal(with(bytes, values, std::uint8_t{100})), "not multiples of the scale that they need"));
  CHECK(contains(refusal(with(bytes, values - 4, std::numeric_limits<float>::infinity())), "not multiples of the scale"));
  CHECK(contains(message_of([&] { check_content(parse(with(bytes, values, std::uint8_t{0x80}), 100, 0)); }), "not multiples"));
}

}  // namespace polyclinic
