#include "core/secure_aggregation/key_agreement.hpp"

#include <sodium.h>

#include <algorithm>
#include <cstring>

#include "core/base/digest.hpp"
#include "core/base/error.hpp"

namespace polyclinic {
namespace {

static_assert(crypto_scalarmult_BYTES == 32 && crypto_scalarmult_SCALARBYTES == 32);
static_assert(sealed_bytes == 64 + crypto_aead_chacha20poly1305_ietf_ABYTES);

using Nonce = std::array<std::uint8_t, crypto_aead_chacha20poly1305_ietf_NPUBBYTES>;

Secret hashed(ByteWriter writer) {
  const Digest digest = blake2b(writer.take());
  return digest.bytes;
}

}  // namespace

Secret random_secret(Seed seed) {
  ByteWriter writer;
  writer.put_bytes(view_of("secure aggregation: secret")).put(seed.value());
  return hashed(std::move(writer));
}

CurvePair make_curve_pair(const Secret& secret) {
  CurvePair pair{secret, {}};
  crypto_scalarmult_base(pair.key.data(), pair.secret.data());
  return pair;
}

Secret agreed_secret(const CurvePair& own, const CurveKey& other, std::string_view purpose) {
  Secret point{};
  require(crypto_scalarmult(point.data(), own.secret.data(), other.data()) == 0,
          "secure aggregation: a public key of small order, with which nothing can be kept secret");
  const auto& [low, high] = std::minmax(own.key, other);
  ByteWriter writer;
  writer.put_bytes(view_of(purpose)).put(point).put(low).put(high);
  return hashed(std::move(writer));
}

Secret key_of_direction(const Secret& agreed, bool upwards) {
  ByteWriter writer;
  writer.put(agreed).put(static_cast<std::uint8_t>(upwards));
  return hashed(std::move(writer));
}

Sealed seal(const Secret& first, const Secret& second, const Secret& key) {
  std::array<std::uint8_t, 64> message{};
  std::memcpy(message.data(), first.data(), 32);
  std::memcpy(message.data() + 32, second.data(), 32);
  Sealed sealed{};
  const Nonce nonce{};
  crypto_aead_chacha20poly1305_ietf_encrypt(sealed.data(), nullptr, message.data(), message.size(), nullptr, 0, nullptr,
                                            nonce.data(), key.data());
  return sealed;
}

std::optional<std::array<Secret, 2>> unseal(const Sealed& sealed, const Secret& key) {
  std::array<std::uint8_t, 64> message{};
  const Nonce nonce{};
  if (crypto_aead_chacha20poly1305_ietf_decrypt(message.data(), nullptr, nullptr, sealed.data(), sealed.size(), nullptr, 0,
                                                nonce.data(), key.data()) != 0) {
    return std::nullopt;
  }
  std::array<Secret, 2> parts{};
  std::memcpy(parts[0].data(), message.data(), 32);
  std::memcpy(parts[1].data(), message.data() + 32, 32);
  return parts;
}

}  // namespace polyclinic
