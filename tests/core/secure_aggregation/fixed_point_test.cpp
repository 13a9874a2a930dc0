#include "core/secure_aggregation/fixed_point.hpp"

#include "core/base/error.hpp"
#include "core/secure_aggregation/masking.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

std::string complaint(const std::vector<float>& values, std::int64_t samples, const FixedPoint& format) {
  try {
    static_cast<void>(weighted_words(values, samples, format));
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

// By hand, with 4 fraction bits: 0.5 is 8/16, -0.25 is -4/16, 0.09375 is 1.5/16 and rounds to 2/16; times 3 samples.
TEST_CASE("words are samples times values rounded to the fraction, and the samples") {
  const FixedPoint format{.fraction_bits = 4, .ring_bits = 64, .participants = 2};
  CHECK(weighted_words(std::vector{0.5F, -0.25F, 0.09375F}, 3, format) == Words{24, static_cast<std::uint64_t>(-12), 6, 3});
  const FixedPoint narrow{.fraction_bits = 4, .ring_bits = 32, .participants = 2};
  CHECK(weighted_words(std::vector{-0.25F}, 3, narrow) == Words{0xfffffff4U, 3});
}

// (3 * 0.5 + 1 * -1.5) / 4 = 0, (3 * 0.25 + 1 * 1) / 4 = 0.4375.
TEST_CASE("the sum of members' words is the mean weighted by their samples, in either ring") {
  for (const std::int64_t bits : {32, 64}) {
    CAPTURE(bits);
    const FixedPoint format{.fraction_bits = 8, .ring_bits = bits, .participants = 2};
    const Words sum = added(weighted_words(std::vector{0.5F, 0.25F}, 3, format),
                            weighted_words(std::vector{-1.5F, 1.0F}, 1, format), format);
    const WeightedMean mean = weighted_mean(sum, format);
    CHECK(mean.samples == 4);
    CHECK(mean.values == std::vector{0.0F, 0.4375F});
  }
}

// limit: (2^31 - 1) / 4 = 536870911 in 32 bits, 2^53 / 4 = 2^51 in 64; 1 stands as 2^20 with 20 fraction bits, so that up to
// 511 samples fit the one, 2^31 the other.
TEST_CASE("a word that would overflow the sum is refused before it is masked") {
  FixedPoint format{.fraction_bits = 20, .ring_bits = 32, .participants = 4};
  CHECK(format.limit() == 536870911);
  CHECK(complaint({1.0F}, 511, format) == "");
  CHECK(complaint({1.0F}, 512, format) ==
        "secure aggregation: the number 1 of an update with 512 samples does not fit 32 bits with 4 participants; lower "
        "secure_aggregation.fraction_bits = 20, or clip updates");
  CHECK(complaint({-1.0F}, 512, format) != "");
  format.ring_bits = 64;
  CHECK(format.limit() == std::int64_t{1} << 51);
  CHECK(complaint({1.0F}, std::int64_t{1} << 31, format) == "");
  CHECK(complaint({1.0F}, (std::int64_t{1} << 31) + 1, format) != "");
  CHECK(complaint({1e30F}, 1, format) != "");
  CHECK(complaint({1e30F}, 0, format) == "");  // it adds nothing
}

TEST_CASE("the largest words of all members together do not wrap around") {
  const FixedPoint format{.fraction_bits = 20, .ring_bits = 32, .participants = 4};
  Words sum(2);
  for (int i = 0; i < 4; ++i) sum = added(std::move(sum), weighted_words(std::vector{-1.0F}, 511, format), format);
  CHECK(weighted_mean(sum, format).values == std::vector{-1.0F});
}

TEST_CASE("32 bits are enough where a bound times the samples fits them") {
  CHECK(ring_bits_for(20, 1.0, 2047) == 32);  // 2^20 * 2047 < 2^31
  CHECK(ring_bits_for(20, 1.0, 2048) == 64);  // = 2^31
  CHECK(ring_bits_for(20, std::numeric_limits<double>::infinity(), 1) == 64);
  CHECK(ring_bits_for(1, 0.0, std::int64_t{1} << 31) == 64);  // the samples themselves
}

TEST_CASE("a rounded value is the nearest multiple of the fraction") {
  CHECK(rounded(0.09375F, 4) == 0.125F);
  CHECK(rounded(-0.09375F, 4) == -0.125F);
  CHECK(rounded(0.09F, 4) == 0.0625F);
}

TEST_CASE("a sum without samples has no mean") {
  CHECK_THROWS_AS(static_cast<void>(weighted_mean(Words{1, 0}, {})), Error);
  CHECK_THROWS_AS(static_cast<void>(weighted_mean(Words{}, {})), Error);
}
