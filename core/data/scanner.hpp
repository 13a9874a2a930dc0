// How a scanner renders what is before it: blur, contrast, brightness and noise, the usual model of acquisition shift.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "core/base/seed.hpp"
#include "core/data/dataset.hpp"
#include "core/scenario/scenario.hpp"

namespace polyclinic {

// On grey levels of 0..1: v -> 0.5 + gain * (blurred(v) - 0.5) + offset + normal(0, noise), cut to 0..1.
struct Scanner {
  double gain = 1.0;
  double offset = 0.0;
  double blur_pixels = 0.0;  // sigma of a Gaussian
  double noise = 0.0;        // standard deviation
  [[nodiscard]] bool is_neutral() const { return gain == 1.0 && offset == 0.0 && blur_pixels == 0.0 && noise == 0.0; }
  bool operator==(const Scanner&) const = default;
};

// gain = exp(normal * config.gain), offset = normal * config.offset, blur and noise uniform from 0 to config's largest.
// Each of the four comes from a draw of its own: changing one setting moves no other.
[[nodiscard]] Scanner draw_scanner(const ScannerConfig& config, Seed seed);

// One channel of height x width grey levels (row by row), convolved with a Gaussian of `sigma_pixels` cut at three sigma;
// pixels beyond the edge are those of the edge.
[[nodiscard]] std::vector<float> blurred(const std::vector<float>& pixels, std::int64_t height, std::int64_t width,
                                         double sigma_pixels);

// `pixels` (channels x height x width grey levels of 0..1) as `scanner` renders them.
[[nodiscard]] std::vector<float> acquired(const std::vector<float>& pixels, const InputShape& shape, const Scanner& scanner,
                                          Random& random);

// uint8 images (n, channels, height, width), each as `scanner` renders it; row i draws its noise from seed / keys[i].
[[nodiscard]] at::Tensor acquired(const at::Tensor& images, const Scanner& scanner, const std::vector<std::int64_t>& keys,
                                  Seed seed);

// Grey levels of 0..1 as bytes, rounded to the nearest.
[[nodiscard]] std::uint8_t to_byte(float grey);

}  // namespace polyclinic
