// Ed25519 (RFC 8032), by libsodium.
#pragma once

#include <array>
#include <cstdint>

#include "core/base/bytes.hpp"
#include "core/base/seed.hpp"

namespace polyclinic {

using PublicKey = std::array<std::uint8_t, 32>;
using Signature = std::array<std::uint8_t, 64>;

struct KeyPair {
  PublicKey public_key{};
  std::array<std::uint8_t, 64> secret_key{};
};

[[nodiscard]] KeyPair make_key_pair(Seed seed);  // the same seed gives the same pair: 64 bits of entropy, for simulation
[[nodiscard]] KeyPair make_key_pair(const std::array<std::uint8_t, 32>& private_seed);  // RFC 8032's private key
[[nodiscard]] Signature sign(ByteView message, const KeyPair& keys);
[[nodiscard]] bool verify(ByteView message, const Signature& signature, const PublicKey& key);

}  // namespace polyclinic
