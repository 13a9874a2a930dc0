#include "tests/core/sharing/defences/round.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

using namespace testing;

}  // namespace

TEST_CASE("updates longer than the bound are shortened to it, and averaged by samples") {
  Round round(2);
  round.add({3, 4}).add({6, 8}).add({-30, 40}, 2.0);  // lengths 5, 10, 50; median 10
  // (3, 4), (6, 8) and twice (-6, 8)
  CHECK(close(round.values(defended("norm_clip")), {-0.75F, 7}));
  // bound 5: (3, 4), (3, 4), twice (-3, 4)
  CHECK(close(round.values(defended("norm_clip", 0.25, 0.5)), {0, 4}));
}

TEST_CASE("the median of an even number of lengths is the mean of the middle two") {
  Round round(1);
  round.add({1}).add({2}).add({4}).add({-100});  // bound 3
  CHECK(close(round.values(defended("norm_clip")), {(1.0F + 2.0F + 3.0F - 3.0F) / 4.0F}));
}

TEST_CASE("clipping is what NumPy finds") {
  Round round(5);
  for (const List& update : seven_updates()) round.add(update);
  // L = norm(x, axis=1); mean over rows of x * minimum(1, 0.8 * median(L) / L)
  CHECK(close(round.values(defended("norm_clip", 0.25, 0.8)),
              {-0.40567818F, -0.35621799F, -0.18685337F, -0.57111225F, -0.12717762F}));
}

TEST_CASE("a bound that nobody reaches changes no bit") {
  const Round dense = first_of_seven(7);
  CHECK(dense.values(defended("norm_clip", 0.25, 1e6)) == dense.values(defended("none")));
  Round sparse(6, non_zero_coordinates());
  sparse.add({0, 1, 2, 0, 5, 0}, 3.0).add({1, 0, 0.3F, 0, 0.7F, 0}, 8.0).add({0.1F, 0, 0.3F, 9, 0, 0}, 7.0);
  CHECK(sparse.values(defended("norm_clip", 0.25, 1e6)) == sparse.values(defended("none")));
}

TEST_CASE("a sparse update's length is over what it publishes") {
  Round round(4, non_zero_coordinates());
  round.add({3, 0, 0, 4}).add({0, 5, 0, 0}).add({0, 0, 50, 0});  // lengths 5, 5, 50
  CHECK(close(round.values(defended("norm_clip")), {3, 5, 5, 4}));
}

TEST_CASE("one, two and equal updates, and a median length of zero") {
  CHECK(Round(2).add({3, 4}).values(defended("norm_clip")) == List{3, 4});
  // lengths 1 and 3, bound 2
  CHECK(close(Round(1).add({1}).add({3}).values(defended("norm_clip")), {1.5F}));
  CHECK(Round(2).add({3, 4}).add({3, 4}).add({3, 4}).values(defended("norm_clip")) == List{3, 4});
  CHECK(Round(2).add({0, 0}).add({0, 0}).add({3, 4}).values(defended("norm_clip")) == List{0, 0});
}

}  // namespace polyclinic
