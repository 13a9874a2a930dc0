// Content hashes, by libsodium.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>

#include "core/base/bytes.hpp"

namespace polyclinic {

struct Digest {
  std::array<std::uint8_t, 32> bytes{};
  auto operator<=>(const Digest&) const = default;
  [[nodiscard]] std::string hex() const;                          // 64 lower-case digits
  [[nodiscard]] std::string short_hex() const { return hex().substr(0, 12); }
};

[[nodiscard]] Digest sha256(ByteView bytes);   // block headers, Merkle trees (FIPS 180-4)
[[nodiscard]] Digest blake2b(ByteView bytes);  // payloads and models: BLAKE2b-256 (RFC 7693), three times faster

}  // namespace polyclinic
