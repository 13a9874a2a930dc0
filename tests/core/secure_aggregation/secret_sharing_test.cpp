#include "core/secure_aggregation/secret_sharing.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/secure_aggregation/field.hpp"
#include "core/secure_aggregation/key_agreement.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

Secret counting() {
  Secret secret{};
  for (std::size_t i = 0; i < secret.size(); ++i) secret[i] = static_cast<std::uint8_t>(7 * i);
  return secret;
}

}  // namespace

// FIPS 197, section 4.2: {57} {83} = {c1}, {57} {13} = {fe}; and {53} {ca} = {01}, the inverse from its S-box.
TEST_CASE("the field of 256 elements is that of AES") {
  CHECK(field256.product(0x57, 0x83) == 0xc1);
  CHECK(field256.product(0x57, 0x13) == 0xfe);
  CHECK(field256.quotient(0x01, 0x53) == 0xca);
  CHECK(field256.product(0, 0x53) == 0);
  for (int a = 0; a < 256; ++a) {
    for (int b = 1; b < 256; ++b) {
      const auto left = static_cast<std::uint8_t>(a), right = static_cast<std::uint8_t>(b);
      REQUIRE(field256.quotient(field256.product(left, right), right) == left);
    }
  }
}

// By hand: shares lie on s + a x, so that those at 1 and 2 differ by 3 a, and s is the first less a.
TEST_CASE("with threshold 2 shares lie on a line through the secret") {
  const Secret secret = counting();
  const std::vector<Share> shares = share_secret(secret, 5, 2, Seed(1));
  for (std::size_t i = 0; i < secret.size(); ++i) {
    const auto difference = static_cast<std::uint8_t>(shares[0].values[i] ^ shares[1].values[i]);
    const std::uint8_t slope = field256.quotient(difference, 3);
    CHECK((shares[0].values[i] ^ slope) == secret[i]);
    for (const Share& share : shares) CHECK(share.values[i] == (secret[i] ^ field256.product(slope, share.point)));
  }
}

TEST_CASE("any threshold shares open the secret, whichever they are") {
  const Secret secret = counting();
  const std::vector<Share> shares = share_secret(secret, 6, 4, Seed(2));
  for (unsigned chosen = 0; chosen < 64; ++chosen) {
    std::vector<Share> some;
    for (std::size_t i = 0; i < shares.size(); ++i) {
      if ((chosen >> i) & 1U) some.push_back(shares[i]);
    }
    if (some.size() < 4) continue;
    CAPTURE(chosen);
    CHECK(open_secret(some) == secret);
  }
}

// Perfect secrecy: three shares and any guess of a byte lie on one polynomial of degree 3.
TEST_CASE("fewer than threshold shares fit every secret") {
  const std::vector<Share> shares = share_secret(counting(), 6, 4, Seed(3));
  const std::vector<Share> three(shares.begin(), shares.begin() + 3);
  CHECK(open_secret(three) != counting());
  for (int guess = 0; guess < 256; ++guess) {
    // A fourth share that would make the guess true exists: the line of its value through the guess is one to one.
    std::vector<Share> four = three;
    four.push_back({4, {}});
    const std::uint8_t at_zero = open_secret(four)[0];
    four.back().values[0] = 1;
    const auto slope = static_cast<std::uint8_t>(open_secret(four)[0] ^ at_zero);
    REQUIRE(slope != 0);
    four.back().values[0] = field256.quotient(static_cast<std::uint8_t>(at_zero ^ guess), slope);
    REQUIRE(open_secret(four)[0] == guess);
  }
}

TEST_CASE("threshold 1 hands the secret itself to everybody") {
  for (const Share& share : share_secret(counting(), 3, 1, Seed(4))) CHECK(share.values == counting());
}

TEST_CASE("255 members can share a secret, 256 cannot") {
  const std::vector<Share> shares = share_secret(counting(), 255, 170, Seed(5));
  CHECK(open_secret(std::span(shares).last(170)) == counting());
  CHECK_THROWS_AS(static_cast<void>(share_secret(counting(), 256, 170, Seed(5))), Error);
}

TEST_CASE("shares that make no sense are refused") {
  std::vector<Share> shares = share_secret(counting(), 3, 2, Seed(6));
  CHECK_THROWS_AS(static_cast<void>(open_secret({})), Error);
  shares[1].point = 1;
  CHECK_THROWS_AS(static_cast<void>(open_secret(shares)), Error);
  shares[1].point = 0;
  CHECK_THROWS_AS(static_cast<void>(open_secret(shares)), Error);
  CHECK_THROWS_AS(static_cast<void>(share_secret(counting(), 3, 4, Seed(6))), Error);
  CHECK_THROWS_AS(static_cast<void>(share_secret(counting(), 3, 0, Seed(6))), Error);
}
