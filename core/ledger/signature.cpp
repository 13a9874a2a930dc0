#include "core/ledger/signature.hpp"

#include <sodium.h>

namespace polyclinic {
namespace {

const unsigned char* raw(ByteView bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

}  // namespace

KeyPair make_key_pair(Seed seed) {
  Random random(seed);
  std::array<std::uint64_t, 4> words{};
  for (std::uint64_t& word : words) word = random.bits();
  std::array<std::uint8_t, 32> private_seed{};
  std::memcpy(private_seed.data(), words.data(), private_seed.size());
  return make_key_pair(private_seed);
}

KeyPair make_key_pair(const std::array<std::uint8_t, 32>& private_seed) {
  KeyPair keys;
  crypto_sign_seed_keypair(keys.public_key.data(), keys.secret_key.data(), private_seed.data());
  return keys;
}

Signature sign(ByteView message, const KeyPair& keys) {
  Signature signature{};
  crypto_sign_detached(signature.data(), nullptr, raw(message), message.size(), keys.secret_key.data());
  return signature;
}

bool verify(ByteView message, const Signature& signature, const PublicKey& key) {
  return crypto_sign_verify_detached(signature.data(), raw(message), message.size(), key.data()) == 0;
}

}  // namespace polyclinic
