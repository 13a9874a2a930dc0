#include "core/secure_aggregation/key_agreement.hpp"

#include "core/base/digest.hpp"
#include "core/base/error.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

Secret from_hex(const char* hex) {
  Secret secret{};
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  for (std::size_t i = 0; i < secret.size(); ++i) {
    secret[i] = static_cast<std::uint8_t>(16 * digit(hex[2 * i]) + digit(hex[2 * i + 1]));
  }
  return secret;
}

}  // namespace

// RFC 7748, section 6.1: Bob's private key, his and Alice's public keys, and what the two agree on before it is hashed.
TEST_CASE("keys are X25519's, and an agreed secret is BLAKE2b of what X25519 gives") {
  const CurvePair bob = make_curve_pair(from_hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"));
  CHECK(bob.key == from_hex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"));
  const CurveKey alice = from_hex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
  const Secret point = from_hex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
  ByteWriter writer;
  writer.put_bytes(view_of("masks")).put(point).put(alice).put(bob.key);
  CHECK(agreed_secret(bob, alice, "masks") == blake2b(writer.take()).bytes);
}

TEST_CASE("two members agree on one secret, another one for each purpose and pair") {
  const CurvePair a = make_curve_pair(random_secret(Seed(1))), b = make_curve_pair(random_secret(Seed(2)));
  const CurvePair c = make_curve_pair(random_secret(Seed(3)));
  CHECK(agreed_secret(a, b.key, "one") == agreed_secret(b, a.key, "one"));
  CHECK(agreed_secret(a, b.key, "one") != agreed_secret(a, b.key, "two"));
  CHECK(agreed_secret(a, b.key, "one") != agreed_secret(a, c.key, "one"));
}

// RFC 7748, section 6.1: the result would be zero, whatever the secret.
TEST_CASE("a public key of small order is refused") {
  const CurvePair a = make_curve_pair(random_secret(Seed(1)));
  CHECK_THROWS_AS(static_cast<void>(agreed_secret(a, CurveKey{}, "one")), Error);
}

TEST_CASE("what is sealed is read with the same key alone, and unaltered alone") {
  const Secret first = random_secret(Seed(4)), second = random_secret(Seed(5)), key = random_secret(Seed(6));
  Sealed sealed = seal(first, second, key);
  const auto opened = unseal(sealed, key);
  REQUIRE(opened.has_value());
  CHECK((*opened)[0] == first);
  CHECK((*opened)[1] == second);
  CHECK_FALSE(unseal(sealed, first).has_value());
  sealed[3] ^= 1;
  CHECK_FALSE(unseal(sealed, key).has_value());
}
