#include "core/base/digest.hpp"

#include <openssl/sha.h>
#include <sodium.h>

#include <cassert>

namespace polyclinic {
namespace {

const unsigned char* raw(ByteView bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

// Until it is initialised, libsodium hashes with portable code instead of the fastest for this processor.
void prepare() {
  static const int once = sodium_init();
  assert(once >= 0);
  static_cast<void>(once);
}

}  // namespace

std::string Digest::hex() const {
  std::string text;
  for (const std::uint8_t byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

Digest sha256(ByteView bytes) {
  Digest digest;
  SHA256(raw(bytes), bytes.size(), digest.bytes.data());
  return digest;
}

Digest blake2b(ByteView bytes) {
  prepare();
  Digest digest;
  crypto_generichash(digest.bytes.data(), digest.bytes.size(), raw(bytes), bytes.size(), nullptr, 0);
  return digest;
}

}  // namespace polyclinic
