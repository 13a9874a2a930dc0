#include "core/sharing/values.hpp"

#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

float through_float16(float value) {
  Bytes bytes;
  append_values(bytes, {&value, 1}, ValueType::float16);
  float back = 0.0F;
  CHECK(load_values(bytes, ValueType::float16, 0, {&back, 1}));
  return back;
}

}  // namespace

TEST_CASE("float16 has 11 significant bits and rounds ties to even") {
  CHECK(through_float16(1.0F) == 1.0F);
  CHECK(through_float16(-0.25F) == -0.25F);
  CHECK(through_float16(1.0F + 0x1p-11F) == 1.0F);                 // half way, 1 is even
  CHECK(through_float16(1.0F + 3 * 0x1p-11F) == 1.0F + 0x1p-9F);   // half way between 1 + 2^-10 (odd) and 1 + 2^-9
  CHECK(through_float16(1.0F + 0x1.004p-11F) == 1.0F + 0x1p-10F);  // just above half way
  CHECK(through_float16(0x1p-24F) == 0x1p-24F);                    // smallest subnormal
  CHECK(through_float16(0x1p-25F) == 0.0F);                        // half of it: ties to even, which is zero
}

TEST_CASE("float16 saturates at its largest number") {
  CHECK(through_float16(65504.0F) == largest_float16);
  CHECK(through_float16(65520.0F) == largest_float16);  // would round to infinity
  CHECK(through_float16(-1e30F) == -largest_float16);
}

TEST_CASE("numbers are written little-endian, one after another") {
  Bytes bytes;
  append_values(bytes, std::vector{1.0F, -2.0F}, ValueType::float32);
  append_values(bytes, std::vector{1.0F}, ValueType::float16);
  // IEEE 754: 1 is 3f800000, -2 is c0000000; in binary16 1 is 3c00.
  const std::vector<int> expected{0x00, 0x00, 0x80, 0x3f, 0x00, 0x00, 0x00, 0xc0, 0x00, 0x3c};
  std::vector<int> written;
  for (const std::byte byte : bytes) written.push_back(std::to_integer<int>(byte));
  CHECK(written == expected);
}

TEST_CASE("numbers are read from anywhere, aligned or not, and those that are not finite are noticed") {
  std::vector<float> values(5000);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i) * 0.5F;  // exact in float16 up to 2048
  Bytes bytes(1);
  append_values(bytes, values, ValueType::float32);
  std::vector<float> back(3);
  CHECK(load_values(ByteView(bytes).subspan(1), ValueType::float32, 4000, back));
  CHECK(back == std::vector{2000.0F, 2000.5F, 2001.0F});
  Bytes halves;
  append_values(halves, values, ValueType::float16);
  CHECK(halves.size() == 10000);
  CHECK(load_values(halves, ValueType::float16, 1500, back));
  CHECK(back == std::vector{750.0F, 750.5F, 751.0F});

  CHECK_FALSE(first_non_finite(values).has_value());
  values[1234] = -std::numeric_limits<float>::infinity();
  values[2000] = std::numeric_limits<float>::quiet_NaN();
  CHECK(first_non_finite(values) == 1234);
  Bytes bad;
  append_values(bad, values, ValueType::float32);
  CHECK_FALSE(load_values(bad, ValueType::float32, 1999, back));
  CHECK(load_values(bad, ValueType::float32, 1996, back));
}

TEST_CASE("an unknown kind of numbers is refused by name") {
  CHECK(value_type("float16") == ValueType::float16);
  CHECK_THROWS_WITH_AS(static_cast<void>(value_type("float64")),
                       "sharing.values is \"float64\", allowed are \"float32\", \"float16\" and \"int8\"", UsageError);
}

namespace {

std::vector<float> through_int8(const std::vector<float>& values) {
  Bytes bytes;
  append_values(bytes, values, ValueType::int8);
  CHECK(bytes.size() == section_bytes(ValueType::int8, values.size()));
  CHECK(is_well_scaled(bytes, ValueType::int8));
  std::vector<float> back(values.size());
  CHECK(load_values(bytes, ValueType::int8, 0, back));
  return back;
}

}  // namespace

// By hand: the largest magnitude, 254, is 127 scales of 2.
TEST_CASE("int8 rounds to multiples of the largest magnitude over 127") {
  CHECK(through_int8({254, -254, 2, -4, 0}) == std::vector<float>{254, -254, 2, -4, 0});
  CHECK(through_int8({254, 0.9F, 1, -1, -1.5F, 2.9F, 3}) == std::vector<float>{254, 0, 2, -2, -2, 2, 4});  // halves away from zero
  CHECK(section_bytes(ValueType::int8, 1000) == 1004);
  CHECK(section_bytes(ValueType::int8, 0) == 0);
}

TEST_CASE("int8 errs by at most half a scale") {
  std::vector<float> values;
  for (int i = -500; i <= 500; ++i) values.push_back(0.001F * static_cast<float>(i * i * i) / 250000.0F);
  const std::vector<float> back = through_int8(values);
  const float scale = 0.5F / 127.0F;  // of the largest, 0.001 * 500^3 / 250000 = 0.5
  for (std::size_t i = 0; i < values.size(); ++i) CHECK(std::abs(values[i] - back[i]) <= 0.501F * scale);
}

TEST_CASE("int8 at the ends of the range of floats") {
  CHECK(through_int8({0, 0}) == std::vector<float>{0, 0});
  CHECK(through_int8({1e-44F, -1e-38F}) == std::vector<float>{0, 0});  // a scale below the least normal number
  const float largest = std::numeric_limits<float>::max();
  const std::vector<float> back = through_int8({largest, -largest});
  CHECK(back[0] == doctest::Approx(largest).epsilon(1e-6));
  CHECK(back[1] == -back[0]);
  CHECK(through_int8({}).empty());
}

TEST_CASE("int8 sections that append_values cannot have written are told apart") {
  Bytes bytes;
  append_values(bytes, std::vector{254.0F, 2.0F}, ValueType::int8);
  Bytes smaller = bytes;
  smaller[4] = std::byte{126};  // 127 does not occur
  CHECK_FALSE(is_well_scaled(smaller, ValueType::int8));
  Bytes beyond = bytes;
  beyond[5] = std::byte{0x80};  // -128
  CHECK_FALSE(is_well_scaled(beyond, ValueType::int8));
  Bytes negative = bytes;
  negative[3] |= std::byte{0x80};
  CHECK_FALSE(is_well_scaled(negative, ValueType::int8));
  Bytes none = bytes;
  for (std::size_t i = 0; i < 4; ++i) none[i] = std::byte{0};  // scale 0 beside 127
  CHECK_FALSE(is_well_scaled(none, ValueType::int8));
  CHECK(value_type("int8") == ValueType::int8);
}

}  // namespace polyclinic
