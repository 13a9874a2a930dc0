// Published test vectors are written in hexadecimal.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "core/base/digest.hpp"

namespace polyclinic::testing {

inline Bytes from_hex(std::string_view text) {
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    std::uint8_t value = 0;
    std::from_chars(text.data() + i, text.data() + i + 2, value, 16);
    bytes.push_back(static_cast<std::byte>(value));
  }
  return bytes;
}

template <std::size_t size>
std::array<std::uint8_t, size> array_from_hex(std::string_view text) {
  std::array<std::uint8_t, size> array{};
  std::ranges::transform(from_hex(text), array.begin(), [](std::byte byte) { return static_cast<std::uint8_t>(byte); });
  return array;
}

}  // namespace polyclinic::testing
