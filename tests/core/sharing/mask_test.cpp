#include "core/sharing/mask.hpp"

#include <algorithm>
#include <array>

#include "tests/support/check.hpp"

namespace polyclinic {

TEST_CASE("a fraction is the nearest count, at least one, never more than there are") {
  CHECK(published_count(0.1, 10) == 1);
  CHECK(published_count(0.07, 100) == 7);  // ceil would say 8: 0.07 * 100 is 7.000000000000001
  CHECK(published_count(0.25, 10) == 3);   // 2.5: halves go up
  CHECK(published_count(0.001, 10) == 1);
  CHECK(published_count(1.0, 10) == 10);
  CHECK(published_count(0.5, 0) == 0);
}

TEST_CASE("a public mask is sorted, has the asked size, and follows from its seed") {
  for (const std::int64_t count : {0, 1, 17, 999, 1000}) {
    const auto mask = public_mask(5, 1000, count);
    CHECK(std::ssize(mask) == count);
    CHECK(std::ranges::adjacent_find(mask, std::greater_equal<>()) == mask.end());
    CHECK((mask.empty() || mask.back() < 1000));
    CHECK(mask == public_mask(5, 1000, count));
  }
  CHECK(public_mask(5, 1000, 17) != public_mask(6, 1000, 17));
}

TEST_CASE("every subset is equally likely") {
  // Of 4 coordinates 2: six subsets, each with probability 1/6. 60000 draws: expected 10000, standard deviation
  // sqrt(60000 * 1/6 * 5/6) = 91; 5 of them are 456.
  std::array<int, 16> seen{};
  for (std::uint64_t seed = 0; seed < 60000; ++seed) {
    std::size_t subset = 0;
    for (const std::uint32_t position : public_mask(seed, 4, 2)) subset |= std::size_t{1} << position;
    ++seen[subset];
  }
  for (const std::size_t subset : {3, 5, 9, 6, 10, 12}) CHECK(std::abs(seen[subset] - 10000) < 456);
}

}  // namespace polyclinic
