#include "core/learning/augmentation.hpp"

#include <ATen/ops/affine_grid_generator.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/grid_sampler.h>

#include <cmath>
#include <numbers>

namespace polyclinic {
namespace {

constexpr std::int64_t bilinear = 0;       // at::native::GridSamplerInterpolation
constexpr std::int64_t border_padding = 1;  // at::native::GridSamplerPadding

// Where an output pixel comes from, in coordinates of -1 .. 1 across the image: source = linear * output + offset.
struct Affine {
  float xx, xy, x0;
  float yx, yy, y0;
};

Affine draw(const AugmentConfig& config, double width, double height, Random& random) {
  const double mirror = config.flip && random.uniform() < 0.5 ? -1.0 : 1.0;
  const double right = config.shift_pixels > 0.0 ? random.uniform(-config.shift_pixels, config.shift_pixels) : 0.0;
  const double down = config.shift_pixels > 0.0 ? random.uniform(-config.shift_pixels, config.shift_pixels) : 0.0;
  const double degrees =
      config.rotate_degrees > 0.0 ? random.uniform(-config.rotate_degrees, config.rotate_degrees) : 0.0;
  const double angle = degrees * std::numbers::pi / 180.0;
  const auto number = [](double value) { return static_cast<float>(value); };
  return {.xx = number(mirror * std::cos(angle)),
          .xy = number(-std::sin(angle) * height / width),
          .x0 = number(2.0 * right / width),
          .yx = number(mirror * std::sin(angle) * width / height),
          .yy = number(std::cos(angle)),
          .y0 = number(2.0 * down / height)};
}

}  // namespace

bool augments(const AugmentConfig& config) {
  return config.flip || config.shift_pixels > 0.0 || config.rotate_degrees > 0.0;
}

at::Tensor augment(const at::Tensor& images, const AugmentConfig& config, Random& random) {
  const auto width = static_cast<double>(images.size(3));
  const auto height = static_cast<double>(images.size(2));
  const at::Tensor affine = at::empty({images.size(0), 2, 3}, at::kFloat);
  float* numbers = affine.data_ptr<float>();
  for (std::int64_t i = 0; i < images.size(0); ++i) {
    const Affine drawn = draw(config, width, height, random);
    for (const float number : {drawn.xx, drawn.xy, drawn.x0, drawn.yx, drawn.yy, drawn.y0}) *numbers++ = number;
  }
  const at::Tensor grid = at::affine_grid_generator(affine.to(images.device()), images.sizes(), false);
  return at::grid_sampler(images, grid, bilinear, border_padding, false).contiguous(at::MemoryFormat::ChannelsLast);
}

}  // namespace polyclinic
