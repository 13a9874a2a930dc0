#include "core/base/digest.hpp"

#include <string>

#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

std::string sha256_of(std::string_view text) { return sha256(view_of(text)).hex(); }

// 0, 1, ... 250, 0, 1, ...
Bytes counting(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(i % 251);
  return bytes;
}

// Answers of NIST's example file for FIPS 180-4, SHA-256; the empty and the long message: NIST CAVP byte test vectors.
TEST_CASE("SHA-256 gives the published digests") {
  CHECK(sha256_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(sha256_of("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_of(std::string(1'000'000, 'a')) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

// RFC 7693 prints BLAKE2b-512 only; these are of another implementation, Python 3.11's hashlib.blake2b(digest_size=32), for
// no input, "abc", and one block (128 bytes), one byte more, and many blocks.
TEST_CASE("BLAKE2b-256 agrees with another implementation") {
  CHECK(blake2b(view_of("")).hex() == "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
  CHECK(blake2b(view_of("abc")).hex() == "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
  CHECK(blake2b(counting(128)).hex() == "c3582f71ebb2be66fa5dd750f80baae97554f3b015663c8be377cfcb2488c1d1");
  CHECK(blake2b(counting(129)).hex() == "f7f3c46ba2564ff4c4c162da1f5b605f9f1c4aa6a20652a9f9a337c1a2f5b9c9");
  CHECK(blake2b(counting(1000)).hex() == "b372d0608f720c8c3dd41e9c8eecb10143b41abe520b616607e754bf79c08331");
}

TEST_CASE("a digest writes leading zeros, shortens, and is ordered as its digits are") {
  Digest small, large;
  small.bytes[0] = 0x0a;
  large.bytes[0] = 0xb0;
  CHECK(small.hex() == "0a" + std::string(62, '0'));
  CHECK(small.short_hex() == "0a0000000000");
  CHECK(small < large);
  CHECK(small.hex() < large.hex());
  CHECK(small != Digest{});
}

}  // namespace
}  // namespace polyclinic
