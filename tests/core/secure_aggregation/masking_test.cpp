#include "core/secure_aggregation/masking.hpp"

#include <sodium.h>

#include "core/base/error.hpp"
#include "core/secure_aggregation/key_agreement.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

constexpr std::size_t size = 5000;  // more than two of the blocks that are masked at a time

FixedPoint ring(std::int64_t bits) { return {.fraction_bits = 20, .ring_bits = bits, .participants = 1}; }

}  // namespace

// Another way to the same stream: libsodium's crypto_stream_chacha20 as one piece.
TEST_CASE("a mask is the stream of ChaCha20, as many bytes as words take") {
  const Secret seed = random_secret(Seed(1));
  for (const std::int64_t bits : {32, 64}) {
    CAPTURE(bits);
    std::vector<std::uint8_t> stream(size * static_cast<std::size_t>(bits) / 8);
    const std::array<std::uint8_t, 8> nonce{};
    crypto_stream_chacha20(stream.data(), stream.size(), nonce.data(), seed.data());
    const Words words = masked(Words(size), std::vector<Mask>{{seed, false}}, ring(bits));
    const std::size_t width = ring(bits).word_bytes();
    for (std::size_t i = 0; i < size; ++i) {
      std::uint64_t expected = 0;
      std::memcpy(&expected, stream.data() + i * width, width);
      REQUIRE(words[i] == expected);
    }
  }
}

TEST_CASE("masks of one seed, added and subtracted, cancel in either ring") {
  const Secret seed = random_secret(Seed(2));
  for (const std::int64_t bits : {32, 64}) {
    CAPTURE(bits);
    const Words words(size, 12345);
    CHECK(masked(words, std::vector<Mask>{{seed, false}}, ring(bits)) != words);
    CHECK(masked(words, std::vector<Mask>{{seed, false}, {seed, true}}, ring(bits)) == words);
  }
}

TEST_CASE("vectors of different lengths have no sum") {
  CHECK_THROWS_AS(static_cast<void>(added(Words(2), Words(3), ring(64))), Error);
}
