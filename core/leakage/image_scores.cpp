#include "core/leakage/image_scores.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace polyclinic {
namespace {

constexpr double most_db = 100.0;
constexpr std::int64_t widest_window = 11;
constexpr double sigma = 1.5;
constexpr double c1 = 0.01 * 0.01;
constexpr double c2 = 0.03 * 0.03;
constexpr std::int64_t images_at_once = 512;

at::Tensor clamped(const at::Tensor& images) { return images.detach().to(at::kDouble).clamp(0.0, 1.0); }

// The window is the outer product of this with itself: in two passes a pixel costs 22 products in place of 121.
at::Tensor bell_for(std::int64_t height, std::int64_t width) {
  const std::int64_t fitting = std::min({widest_window, height, width});
  const std::int64_t size = fitting % 2 == 1 ? fitting : fitting - 1;
  const at::Tensor distance = at::arange(size, at::kDouble).sub_(static_cast<double>(size / 2));
  const at::Tensor bell = distance.square().mul_(-1.0 / (2.0 * sigma * sigma)).exp_();
  return bell / bell.sum();
}

// Of each of n images (n, channels, height, width) to one.
at::Tensor similarities(const at::Tensor& images, const at::Tensor& truth) {
  const std::int64_t height = images.size(2), width = images.size(3);
  const at::Tensor bell = bell_for(height, width);
  const at::Tensor down = bell.view({1, 1, -1, 1}), across = bell.view({1, 1, 1, -1});
  const auto local_mean = [&](const at::Tensor& values) {
    return at::conv2d(at::conv2d(values.reshape({-1, 1, height, width}), down), across).view({values.size(0), -1});
  };
  const at::Tensor y = clamped(truth).unsqueeze(0), x = clamped(images);
  const at::Tensor mx = local_mean(x), my = local_mean(y);
  const at::Tensor vx = local_mean(x * x) - mx * mx, vy = local_mean(y * y) - my * my, vxy = local_mean(x * y) - mx * my;
  const at::Tensor map = (2 * mx * my + c1) * (2 * vxy + c2) / ((mx * mx + my * my + c1) * (vx + vy + c2));
  return map.mean(1);
}

at::Tensor squared_errors(const at::Tensor& images, const at::Tensor& truth) {
  return (clamped(images) - clamped(truth)).square_().flatten(1).mean(1);
}

double largest_similarity(const at::Tensor& images, const at::Tensor& truth) {
  double largest = -1.0;
  for (std::int64_t begin = 0; begin < images.size(0); begin += images_at_once) {
    const at::Tensor some = images.narrow(0, begin, std::min(images_at_once, images.size(0) - begin));
    largest = std::max(largest, similarities(some, truth).max().item<double>());
  }
  return largest;
}

}  // namespace

double mean_squared_error(const at::Tensor& image, const at::Tensor& truth) {
  return (clamped(image) - clamped(truth)).square_().mean().item<double>();
}

double psnr_db(double mean_squared_error) {
  return mean_squared_error > 0.0 ? std::min(most_db, -10.0 * std::log10(mean_squared_error)) : most_db;
}

double ssim(const at::Tensor& image, const at::Tensor& truth) {
  return similarities(image.unsqueeze(0), truth).item<double>();
}

ImageScore score_of(const at::Tensor& image, const at::Tensor& truth) {
  const double mse = mean_squared_error(image, truth);
  return {mse, psnr_db(mse), ssim(image, truth)};
}

double relative_leakage(double reconstructed_ssim, double prior_ssim) {
  return prior_ssim > 0.0 ? (reconstructed_ssim - prior_ssim) / prior_ssim : std::numeric_limits<double>::quiet_NaN();
}

bool identified(const at::Tensor& image, const at::Tensor& truth, const at::Tensor& others) {
  if (others.size(0) == 0) return false;
  return mean_squared_error(image, truth) < squared_errors(others, image).min().item<double>();
}

Baselines baselines_of(const at::Tensor& truth, std::int64_t label, const ImagePrior& prior, Seed seed) {
  const std::int64_t nearest = squared_errors(prior.images, truth).argmin().item<std::int64_t>();
  const auto any = Random(seed / "random other").below(static_cast<std::uint64_t>(prior.images.size(0)));
  return {.zeros = score_of(at::zeros_like(truth), truth),
          .mean = score_of(prior.mean(), truth),
          .class_mean = score_of(label < 0 ? prior.mean() : prior.class_mean(label), truth),
          .random_other = score_of(prior.images[static_cast<std::int64_t>(any)], truth),
          .nearest_other = score_of(prior.images[nearest], truth),
          .largest_ssim = largest_similarity(prior.images, truth)};
}

}  // namespace polyclinic
