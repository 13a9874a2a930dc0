#include "core/leakage/image_scores.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros_like.h>

#include <cstdlib>

#include "core/data/load.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

at::Tensor grey(double level) { return at::full({1, 28, 28}, level); }
at::Tensor ramp() { return (at::arange(28).to(at::kFloat) / 27.0).view({1, 28, 1}).expand({1, 28, 28}).contiguous(); }

}  // namespace

// 10 log10(1 / mse).
TEST_CASE("an error of 0.1 in every pixel is 20 dB, of 0.01 it is 40 dB, and none is the cap of 100 dB") {
  CHECK(score_of(grey(0.3), grey(0.4)).mse == doctest::Approx(0.01).epsilon(1e-4));
  CHECK(score_of(grey(0.3), grey(0.4)).psnr_db == doctest::Approx(20.0).epsilon(1e-4));
  CHECK(score_of(grey(0.39), grey(0.4)).psnr_db == doctest::Approx(40.0).epsilon(1e-4));
  CHECK(score_of(grey(0.4), grey(0.4)).psnr_db == 100.0);
}

TEST_CASE("what lies outside of black and white counts as black or white") {
  CHECK(mean_squared_error(grey(1.7), grey(1.0)) == 0.0);
  CHECK(mean_squared_error(grey(-3.0), grey(0.5)) == doctest::Approx(0.25));
}

// shared/leakage.md 1a.7, made with scikit-image's Gaussian window; (C1 / (1 + C1)) (C2 / C2) by hand for the last one.
TEST_CASE("structural similarity has its published test vectors") {
  const at::Tensor x = ramp();
  CHECK(ssim(x, x) == doctest::Approx(1.0).epsilon(1e-9));
  CHECK(ssim(x, x * x) == doctest::Approx(0.71443).epsilon(1e-4 / 0.71443));
  CHECK(ssim(grey(0.0), grey(1.0)) == doctest::Approx(1e-4 / 1.0001).epsilon(1e-4));
}

TEST_CASE("structural similarity is the mean over channels, and takes images smaller than its window") {
  const at::Tensor x = ramp();
  const at::Tensor two = at::cat({x, x}), other = at::cat({x, x * x});
  CHECK(ssim(two, other) == doctest::Approx(0.5 * (1.0 + ssim(x, x * x))));
  CHECK(ssim(at::ones({1, 8, 4}), at::ones({1, 8, 4})) == doctest::Approx(1.0));
}

TEST_CASE("relative leakage is above 0 for more than the prior knew, and says so where there was nothing to know") {
  CHECK(relative_leakage(0.9, 0.6) == doctest::Approx(0.5));
  CHECK(relative_leakage(0.3, 0.6) == doctest::Approx(-0.5));
  CHECK(std::isnan(relative_leakage(0.3, 0.0)));
}

TEST_CASE("an image is identified if the truth is nearer than every other one of its class") {
  const at::Tensor others = at::stack({grey(0.2), grey(0.9)});
  CHECK(identified(grey(0.5), grey(0.6), others));
  CHECK_FALSE(identified(grey(0.3), grey(0.6), others));
  CHECK_FALSE(identified(grey(0.4), grey(0.6), others));  // a tie
  CHECK_FALSE(identified(grey(0.6), grey(0.6), at::empty({0, 1, 28, 28})));
}

TEST_CASE("the baselines are those of the images that are public") {
  const ImagePrior prior{at::stack({grey(0.0), grey(0.2), grey(1.0)}), at::tensor({0, 0, 1}, at::kLong)};
  const Baselines baselines = baselines_of(grey(0.3), 0, prior, Seed(1));
  CHECK(baselines.zeros.mse == doctest::Approx(0.09));
  CHECK(baselines.mean.mse == doctest::Approx(0.01));        // 0.4
  CHECK(baselines.class_mean.mse == doctest::Approx(0.04));  // 0.1
  CHECK(baselines.nearest_other.mse == doctest::Approx(0.01));
  CHECK(baselines_of(grey(0.3), -1, prior, Seed(1)).class_mean.mse == doctest::Approx(0.01));
}

// shared/leakage.md 1a.7, means over 200 images that it does not name: 200 in a row of MNIST's test digits differ by up to 1.7 dB, these
// are evenly spaced.
TEST_CASE("on MNIST the baselines score what was measured before") {
  const char* folder = std::getenv("POLYCLINIC_DATA");
  if (folder == nullptr) return;
  DataConfig config;
  config.dataset = "mnist";
  const Collection mnist = load_collection(config, {{folder}}, {Seed(1), Seed(1)});
  const at::Tensor images = images_of({mnist.test, at::arange(0, 10'000, 50, at::kLong)});
  const ImagePrior prior = prior_of({mnist.test, at::arange(1, 10'000, 5, at::kLong)});
  double zeros = 0, mean = 0, mean_ssim = 0, class_mean = 0;
  for (std::int64_t i = 0; i < 200; ++i) {
    const at::Tensor label = mnist.test->labels[50 * i];
    zeros += score_of(at::zeros_like(images[i]), images[i]).psnr_db / 200;
    mean += score_of(prior.mean(), images[i]).psnr_db / 200;
    mean_ssim += score_of(prior.mean(), images[i]).ssim / 200;
    class_mean += score_of(prior.class_mean(label.item<std::int64_t>()), images[i]).psnr_db / 200;
  }
  CHECK(std::abs(zeros - 9.4) < 0.5);
  CHECK(std::abs(mean - 11.6) < 0.4);
  CHECK(std::abs(mean_ssim - 0.11) < 0.03);
  CHECK(std::abs(class_mean - 12.7) < 0.5);
}
