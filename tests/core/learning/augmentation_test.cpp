#include "core/learning/augmentation.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>

#include "tests/core/learning/small_data.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

constexpr std::int64_t images = 64;

// Brightness equals the column's number.
at::Tensor ramp() { return at::arange(16, at::kFloat).expand({images, 1, 16, 16}).contiguous(); }

at::Tensor augmented(const at::Tensor& from, const AugmentConfig& config) {
  Random random(Seed(3));
  return augment(from, config, random);
}

}  // namespace

TEST_CASE("a flip mirrors about half of the images, exactly") {
  const at::Tensor from = normal({images, 2, 8, 6}, Seed(1));
  const at::Tensor to = augmented(from, {.flip = true});
  std::int64_t flipped = 0;
  for (std::int64_t i = 0; i < images; ++i) {
    const bool kept = largest_difference(to[i], from[i]) < 1e-5;
    const bool mirrored = largest_difference(to[i], from[i].flip(2)) < 1e-5;
    CHECK(kept != mirrored);
    flipped += mirrored ? 1 : 0;
  }
  CHECK(flipped > 16);
  CHECK(flipped < 48);
}

TEST_CASE("a shift moves a ramp by up to its bound, everywhere alike") {
  const at::Tensor moved = (augmented(ramp(), {.shift_pixels = 3.0}) - ramp()).narrow(3, 4, 8);
  CHECK(moved.abs().max().item<double>() <= 3.0);
  CHECK(moved.max().item<double>() > 2.0);
  CHECK(moved.min().item<double>() < -2.0);
  CHECK(largest_difference(moved, moved.narrow(3, 0, 1)) < 1e-4);
}

TEST_CASE("a rotation turns about the centre: a ramp's slope keeps its length within the bound of the angle") {
  const at::Tensor turned = augmented(ramp(), {.rotate_degrees = 20.0}).squeeze(1);
  const at::Tensor across = turned.select(1, 8).select(1, 9) - turned.select(1, 8).select(1, 8);
  const at::Tensor down = turned.select(1, 9).select(1, 8) - turned.select(1, 8).select(1, 8);
  CHECK(largest_difference(across.square() + down.square(), at::full({images}, 1.0)) < 1e-3);
  CHECK(down.abs().max().item<double>() < 0.343);  // sin 20 degrees is 0.342
  CHECK(down.abs().max().item<double>() > 0.25);
  const at::Tensor centre = turned.narrow(1, 7, 2).narrow(2, 7, 2).mean(at::IntArrayRef{1, 2});
  CHECK(largest_difference(centre, at::full({images}, 7.5)) < 1e-3);
}

TEST_CASE("what comes from outside repeats the border, the draws are the seed's") {
  const at::Tensor flat = at::full({images, 1, 9, 9}, 2.5);
  const AugmentConfig all{.flip = true, .shift_pixels = 4.0, .rotate_degrees = 90.0};
  CHECK(largest_difference(augmented(flat, all), flat) < 1e-5);
  CHECK(same_bits(augmented(ramp(), all), augmented(ramp(), all)));
}
