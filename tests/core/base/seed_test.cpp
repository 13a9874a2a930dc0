#include "core/base/seed.hpp"

#include <cmath>
#include <set>
#include <vector>

#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

// Computed by a few lines of Python from the definitions of SplitMix64 (whose first output for seed 0 is the published
// 0xe220a8397b1dcdaf) and FNV-1a (whose hash of "foobar" is the published 0x85944171f73967e8). A change of these values changes
// every result ever recorded.
TEST_CASE("children of a seed have known values") {
  CHECK((Seed(7) / "train").value() == 0x5bb11b7fdb308939U);
  CHECK((Seed(7) / "train" / 3 / 12).value() == 0x71ee9dda1d74d435U);
  CHECK((Seed(0) / 0).value() == 0xa706dd2f4d197e6fU);
  CHECK((Seed(0) / -1).value() == 0x8b4fda8c892b50eU);
}

TEST_CASE("order, kind and depth of a path matter") {
  const Seed seed(1);
  CHECK(seed / "a" / "b" != seed / "b" / "a");
  CHECK(seed / "a" / "b" != seed / "ab");
  CHECK(seed / 1 / 2 != seed / 2 / 1);
  CHECK(seed / "1" != seed / 1);
  CHECK(seed / "" != seed);
  CHECK(seed / 0 != seed);
  CHECK(seed / 3 == seed / std::uint64_t{3});
}

// The chance that any two of 300,000 independent 64-bit values agree is 300,000^2 / 2^65 = 2.4e-9.
TEST_CASE("children do not collide, within one parent or between neighbouring ones") {
  std::set<std::uint64_t> values;
  for (std::uint64_t parent = 0; parent < 3; ++parent) {
    for (std::uint64_t child = 0; child < 100'000; ++child) values.insert((Seed(parent) / child).value());
  }
  CHECK(values.size() == 300'000);
}

// A good mixer flips each output bit with probability 1/2 when one input bit flips; over 64 x 500 trials a bit's rate has a
// standard deviation of 0.0028.
TEST_CASE("one flipped bit of the parent flips every bit of the child half of the time") {
  std::vector<int> flips(64, 0);
  for (std::uint64_t trial = 0; trial < 500; ++trial) {
    for (int bit = 0; bit < 64; ++bit) {
      const std::uint64_t parent = trial * 0x9e3779b97f4a7c15U;
      const std::uint64_t difference =
          (Seed(parent) / "x").value() ^ (Seed(parent ^ (std::uint64_t{1} << bit)) / "x").value();
      for (std::size_t i = 0; i < 64; ++i) flips[i] += static_cast<int>(difference >> i & 1U);
    }
  }
  for (const int count : flips) CHECK(std::abs(count / 32000.0 - 0.5) < 0.014);
}

// First draws of siblings, as institutions use them: the correlation of neighbours has a standard deviation of 1/sqrt(n).
TEST_CASE("the first draws of numbered siblings are uncorrelated and uniform") {
  constexpr int n = 20'000;
  double sum = 0.0, products = 0.0, last = Random(Seed(5) / "flops" / 0).uniform() - 0.5;
  for (int i = 1; i <= n; ++i) {
    const double draw = Random(Seed(5) / "flops" / i).uniform() - 0.5;
    sum += draw;
    products += draw * last;
    last = draw;
  }
  CHECK(std::abs(sum / n) < 5.0 * std::sqrt(1.0 / 12.0 / n));
  CHECK(std::abs(12.0 * products / n) < 5.0 / std::sqrt(n));
}

}  // namespace
}  // namespace polyclinic
