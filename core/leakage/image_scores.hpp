// How close a reconstruction is to the truth, and how close one comes without any attack. Images are float32 (channels, height,
// width) in 0 .. 1; what lies outside is clamped first.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "core/base/seed.hpp"
#include "core/leakage/evidence.hpp"

namespace polyclinic {

// Mean over channels and pixels.
[[nodiscard]] double mean_squared_error(const at::Tensor& image, const at::Tensor& truth);
// Peak signal-to-noise ratio, 10 log10(1 / mean squared error), at most 100: of one image, so that several are averaged in dB.
[[nodiscard]] double psnr_db(double mean_squared_error);
// Structural similarity (Wang, Bovik, Sheikh, Simoncelli 2004) with a Gaussian window of 11 x 11 pixels and sigma 1.5, K1 0.01, K2
// 0.03, range 1, over the windows that lie within the image, each channel by itself, then their mean. Images smaller than the
// window take the largest odd window that fits.
[[nodiscard]] double ssim(const at::Tensor& image, const at::Tensor& truth);

struct ImageScore {
  double mse = 0.0;
  double psnr_db = 0.0;
  double ssim = 0.0;
};
[[nodiscard]] ImageScore score_of(const at::Tensor& image, const at::Tensor& truth);

// Relative data leakage value (Hatamizadeh et al. 2023): (ssim - prior) / prior, where `prior_ssim` is the largest similarity of any
// public image to the truth. Above 0: more than the prior knew. NaN for a prior without similarity.
[[nodiscard]] double relative_leakage(double reconstructed_ssim, double prior_ssim);

// Whether the truth is nearer to `image`, by mean squared error, than each of `others` (n, channels, height, width): candidates of
// its own class. A tie counts as not identified; so does having nobody to tell it from.
[[nodiscard]] bool identified(const at::Tensor& image, const at::Tensor& truth, const at::Tensor& others);

// What an attacker scores who looks at no update: black, the prior's mean and the mean of the true class, a random public image,
// and (an oracle's choice) the public image nearest to the truth. A reconstruction that is worse than the mean image failed.
struct Baselines {
  ImageScore zeros;
  ImageScore mean;
  ImageScore class_mean;
  ImageScore random_other;
  ImageScore nearest_other;
  double largest_ssim = 0.0;         // of any public image: the prior of relative_leakage()
};
// `label` -1: not known, the mean stands for the class's.
[[nodiscard]] Baselines baselines_of(const at::Tensor& truth, std::int64_t label, const ImagePrior& prior, Seed seed);

}  // namespace polyclinic
