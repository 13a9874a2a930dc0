#include "core/base/bytes.hpp"

#include <string>

#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

Bytes bytes_of(std::initializer_list<int> values) {
  Bytes bytes;
  for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

template <class Number>
Bytes encoded(Number number) {
  return ByteWriter().put(number).take();
}

TEST_CASE("integers are little-endian, doubles IEEE 754") {
  CHECK(encoded(std::uint8_t{7}) == bytes_of({7}));
  CHECK(encoded(std::uint32_t{0x01020304}) == bytes_of({4, 3, 2, 1}));
  CHECK(encoded(std::int16_t{-2}) == bytes_of({0xfe, 0xff}));
  // 1.0 is sign 0, exponent 1023, fraction 0: 0x3ff0000000000000.
  CHECK(encoded(1.0) == bytes_of({0, 0, 0, 0, 0, 0, 0xf0, 0x3f}));
}

TEST_CASE("nothing is padded") {
  ByteWriter writer;
  writer.put(std::uint8_t{1}).put(std::uint64_t{2}).put_bytes(view_of("abc"));
  CHECK(writer.take().size() == 1 + 8 + 3);
}

TEST_CASE("a reader gives back what a writer took, in order") {
  const Bytes written = ByteWriter().put(std::uint64_t{1} << 63).put(-0.5F).put_bytes(view_of("xyz")).take();
  ByteReader reader(written);
  CHECK(reader.get<std::uint64_t>() == std::uint64_t{1} << 63);
  CHECK(reader.get<float>() == -0.5F);
  CHECK_FALSE(reader.empty());
  const ByteView rest = reader.get_bytes(3);
  CHECK(std::string(reinterpret_cast<const char*>(rest.data()), rest.size()) == "xyz");
  CHECK(reader.empty());
  CHECK(reader.get_bytes(0).empty());
}

TEST_CASE("encoded data that ends too early says by how much") {
  const Bytes three = bytes_of({1, 2, 3});
  ByteReader reader(three);
  CHECK_THROWS_WITH_AS(static_cast<void>(reader.get<std::uint32_t>()),
                       "encoded data ends after 3 bytes where 4 more are needed", Error);
  CHECK(reader.get<std::uint16_t>() == 0x0201);  // a refused read takes nothing
  CHECK_THROWS_AS(static_cast<void>(reader.get_bytes(static_cast<std::size_t>(-1))), Error);
  CHECK_THROWS_AS(static_cast<void>(ByteReader(ByteView()).get<char>()), Error);
}

}  // namespace
}  // namespace polyclinic
