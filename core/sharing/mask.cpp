#include "core/sharing/mask.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

#include "core/base/seed.hpp"

namespace polyclinic {
namespace {

__extension__ using Wide = unsigned __int128;

// Uniform on 0 .. bound-1 up to a bias below bound / 2^64, without the division that an unbiased draw costs (Lemire 2019).
std::uint64_t scaled(std::uint64_t bits, std::uint64_t bound) {
  return static_cast<std::uint64_t>((static_cast<Wide>(bits) * bound) >> 64);
}

}  // namespace

std::int64_t published_count(double fraction, std::int64_t dimension) {
  if (dimension == 0) return 0;
  const std::int64_t nearest = std::llround(fraction * static_cast<double>(dimension));
  return std::clamp<std::int64_t>(nearest, 1, dimension);
}

std::vector<std::uint32_t> public_mask(std::uint64_t seed, std::int64_t dimension, std::int64_t count) {
  assert(count <= dimension);
  std::vector<std::uint32_t> chosen(static_cast<std::size_t>(count));
  if (count == dimension) {
    std::iota(chosen.begin(), chosen.end(), 0U);
    return chosen;
  }
  Random random{Seed(seed)};
  auto needed = static_cast<std::uint64_t>(count);
  auto left = static_cast<std::uint64_t>(dimension);
  for (std::uint32_t position = 0; needed > 0; ++position, --left) {
    if (scaled(random.bits(), left) >= needed) continue;
    chosen[chosen.size() - needed] = position;
    --needed;
  }
  return chosen;
}

}  // namespace polyclinic
