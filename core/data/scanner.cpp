#include "core/data/scanner.hpp"

#include <ATen/ops/empty_like.h>

#include <algorithm>
#include <cmath>

namespace polyclinic {
namespace {

std::vector<float> gaussian(double sigma) {
  const auto radius = static_cast<std::int64_t>(std::ceil(3.0 * sigma));
  std::vector<float> weights;
  double sum = 0.0;
  for (std::int64_t i = -radius; i <= radius; ++i) {
    const double weight = std::exp(-0.5 * static_cast<double>(i * i) / (sigma * sigma));
    weights.push_back(static_cast<float>(weight));
    sum += weight;
  }
  for (float& weight : weights) weight = static_cast<float>(weight / sum);
  return weights;
}

// One pass along lines of `length` numbers `step` apart, of which there are `lines` that start `stride` apart.
std::vector<float> convolved(const std::vector<float>& from, const std::vector<float>& weights, std::int64_t length,
                             std::int64_t step, std::int64_t lines, std::int64_t stride) {
  const auto radius = static_cast<std::int64_t>(weights.size() / 2);
  std::vector<float> to(from.size());
  for (std::int64_t line = 0; line < lines; ++line) {
    for (std::int64_t i = 0; i < length; ++i) {
      float sum = 0.0F;
      for (std::int64_t k = -radius; k <= radius; ++k) {
        const std::int64_t at = std::clamp<std::int64_t>(i + k, 0, length - 1);
        sum += weights[static_cast<std::size_t>(k + radius)] * from[static_cast<std::size_t>(line * stride + at * step)];
      }
      to[static_cast<std::size_t>(line * stride + i * step)] = sum;
    }
  }
  return to;
}

std::vector<float> blurred_channels(const std::vector<float>& pixels, const InputShape& shape, double sigma) {
  const auto area = shape.height * shape.width;
  std::vector<float> result;
  for (std::int64_t channel = 0; channel < shape.channels; ++channel) {
    const auto start = pixels.begin() + channel * area;
    const std::vector<float> plane = blurred({start, start + area}, shape.height, shape.width, sigma);
    result.insert(result.end(), plane.begin(), plane.end());
  }
  return result;
}

}  // namespace

Scanner draw_scanner(const ScannerConfig& config, Seed seed) {
  Scanner scanner;
  scanner.gain = std::exp(config.gain * Random(seed / "gain").normal());
  scanner.offset = config.offset * Random(seed / "offset").normal();
  scanner.blur_pixels = config.blur_pixels * Random(seed / "blur").uniform();
  scanner.noise = config.noise * Random(seed / "noise").uniform();
  return scanner;
}

std::vector<float> blurred(const std::vector<float>& pixels, std::int64_t height, std::int64_t width, double sigma_pixels) {
  if (sigma_pixels <= 0.0) return pixels;
  const std::vector<float> weights = gaussian(sigma_pixels);
  return convolved(convolved(pixels, weights, width, 1, height, width), weights, height, width, width, 1);
}

std::vector<float> acquired(const std::vector<float>& pixels, const InputShape& shape, const Scanner& scanner,
                            Random& random) {
  std::vector<float> result = scanner.blur_pixels > 0.0 ? blurred_channels(pixels, shape, scanner.blur_pixels) : pixels;
  for (float& value : result) {
    const double noise = scanner.noise > 0.0 ? scanner.noise * random.normal() : 0.0;
    const double rendered = 0.5 + scanner.gain * (static_cast<double>(value) - 0.5) + scanner.offset + noise;
    value = static_cast<float>(std::clamp(rendered, 0.0, 1.0));
  }
  return result;
}

at::Tensor acquired(const at::Tensor& images, const Scanner& scanner, const std::vector<std::int64_t>& keys, Seed seed) {
  const at::Tensor source = images.contiguous();
  at::Tensor result = at::empty_like(source);
  const InputShape shape = {source.size(1), source.size(2), source.size(3)};
  const std::uint8_t* from = source.data_ptr<std::uint8_t>();
  std::uint8_t* to = result.data_ptr<std::uint8_t>();
  std::vector<float> pixels(static_cast<std::size_t>(shape.numel()));
  for (const std::int64_t key : keys) {
    std::transform(from, from + shape.numel(), pixels.begin(),
                   [](std::uint8_t byte) { return static_cast<float>(byte) / 255.0F; });
    Random random(seed / key);
    const std::vector<float> rendered = acquired(pixels, shape, scanner, random);
    to = std::transform(rendered.begin(), rendered.end(), to, to_byte);
    from += shape.numel();
  }
  return result;
}

std::uint8_t to_byte(float grey) { return static_cast<std::uint8_t>(std::lround(std::clamp(grey, 0.0F, 1.0F) * 255.0F)); }

}  // namespace polyclinic
