#include "core/sharing/mask.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <cstddef>

#include "core/base/seed.hpp"

namespace polyclinic {
namespace {

__extension__ using Wide = unsigned __int128;

// Uniform on 0 .. bound-1 up to a bias below bound / 2^64, without the division that an unbiased draw costs (Lemire 2019).
std::uint64_t scaled(std::uint64_t bits, std::uint64_t bound) {
  return static_cast<std::uint64_t>((static_cast<Wide>(bits) * bound) >> 64);
}

using Bits = std::vector<std::uint64_t>;

bool test_and_set(Bits& bits, std::uint64_t place) {
  std::uint64_t& word = bits[place / 64];
  const std::uint64_t bit = std::uint64_t{1} << (place % 64);
  const bool was_set = (word & bit) != 0;
  word |= bit;
  return was_set;
}

void set_random(Bits& bits, std::uint64_t dimension, std::uint64_t count, Random random) {
  for (std::uint64_t last = dimension - count; last < dimension; ++last) {
    if (test_and_set(bits, scaled(random.bits(), last + 1))) test_and_set(bits, last);
  }
}

void flip(Bits& bits, std::uint64_t dimension) {
  for (std::uint64_t& word : bits) word = ~word;
  if (dimension % 64 != 0) bits.back() &= (std::uint64_t{1} << (dimension % 64)) - 1;
}

std::vector<std::uint32_t> positions_of(const Bits& bits, std::uint64_t count) {
  std::vector<std::uint32_t> positions;
  positions.reserve(count);
  for (std::size_t i = 0; i < bits.size(); ++i) {
    for (std::uint64_t rest = bits[i]; rest != 0; rest &= rest - 1) {
      positions.push_back(static_cast<std::uint32_t>(64 * i) + static_cast<std::uint32_t>(std::countr_zero(rest)));
    }
  }
  return positions;
}

}  // namespace

std::int64_t published_count(double fraction, std::int64_t dimension) {
  if (dimension == 0) return 0;
  const std::int64_t nearest = std::llround(fraction * static_cast<double>(dimension));
  return std::clamp<std::int64_t>(nearest, 1, dimension);
}

std::vector<std::uint32_t> public_mask(std::uint64_t seed, std::int64_t dimension, std::int64_t count) {
  assert(0 <= count && count <= dimension);
  const auto all = static_cast<std::uint64_t>(dimension);
  const auto wanted = static_cast<std::uint64_t>(count);
  const bool mostly = wanted > all / 2;  // then fewer draws say what to leave out
  Bits bits((all + 63) / 64);
  set_random(bits, all, mostly ? all - wanted : wanted, Random(Seed(seed)));
  if (mostly) flip(bits, all);
  return positions_of(bits, wanted);
}

}  // namespace polyclinic
