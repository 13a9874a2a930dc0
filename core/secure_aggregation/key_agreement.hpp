// Keys that two members have in common without having met: X25519 (RFC 7748), hashed by BLAKE2b as crypto_kx does, and what is
// sealed under them: ChaCha20-Poly1305 (RFC 8439). All by libsodium.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/seed.hpp"
#include "core/secure_aggregation/secret_sharing.hpp"

namespace polyclinic {

using CurveKey = std::array<std::uint8_t, 32>;  // public

struct CurvePair {
  Secret secret{};
  CurveKey key{};
};

// 32 bytes that follow from the seed: 64 bits of entropy, for simulation.
[[nodiscard]] Secret random_secret(Seed seed);
[[nodiscard]] CurvePair make_curve_pair(const Secret& secret);

// What only the two holders of these keys can compute, the same for both; another one for each `purpose`. Throws Error for a
// public key of small order, with which the result would be the same for everybody.
[[nodiscard]] Secret agreed_secret(const CurvePair& own, const CurveKey& other, std::string_view purpose);

// Two keys of one secret, for what goes from the lower of two members to the upper one, and back.
[[nodiscard]] Secret key_of_direction(const Secret& agreed, bool upwards);

// Two shares under a key that is used for this one message: no nonce is needed.
inline constexpr std::size_t sealed_bytes = 2 * 32 + 16;  // and the tag
using Sealed = std::array<std::uint8_t, sealed_bytes>;
[[nodiscard]] Sealed seal(const Secret& first, const Secret& second, const Secret& key);
// Nothing where it was sealed under another key, or altered.
[[nodiscard]] std::optional<std::array<Secret, 2>> unseal(const Sealed& sealed, const Secret& key);

}  // namespace polyclinic
