#include "core/leakage/inversion/minimise.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <limits>

#include "core/leakage/inversion/pixels.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

at::Tensor bowl(const at::Tensor& point) {
  const at::Tensor steepness = at::arange(1, point.numel() + 1).to(at::kFloat);
  return (steepness * (point - 2.0).square()).sum();
}

// Rosenbrock's valley (1960): least at (1, 1), where it is 0.
at::Tensor valley(const at::Tensor& point) {
  const at::Tensor x = point[0], y = point[1];
  return (1 - x).square() + 100 * (y - x.square()).square();
}

double furthest_from(const at::Tensor& point, double where) { return (point - where).abs().max().item<double>(); }

}  // namespace

TEST_CASE("a gradient is autograd's: 2 k (x - 2) at x = 0") {
  const Evaluation here = evaluate(bowl, at::zeros({3}));
  CHECK(here.value == doctest::Approx(4.0 * (1 + 2 + 3)));
  CHECK(here.gradient.equal(at::tensor({-4.0F, -8.0F, -12.0F})));
}

TEST_CASE("L-BFGS finds the bottom of a bowl and of a curved valley") {
  const Minimum of_bowl = minimise_by_lbfgs(bowl, at::zeros({30}), {.enough = 0.0});
  CHECK(furthest_from(of_bowl.point, 2.0) < 1e-4);
  CHECK(of_bowl.value < 1e-6);
  const Minimum of_valley = minimise_by_lbfgs(valley, at::tensor({-0.2F, 0.3F}), {.enough = 0.0});
  CHECK(furthest_from(of_valley.point, 1.0) < 1e-2);
}

TEST_CASE("L-BFGS keeps the best point of a descent that runs away, and survives numbers that are not finite") {
  const Objective cliff = [](const at::Tensor& point) { return (point.square() - point.pow(4) * 3).sum(); };
  const Minimum fallen = minimise_by_lbfgs(cliff, at::full({2}, 0.9), {.iterations = 50});
  CHECK(std::isfinite(fallen.value));
  const Objective nowhere = [](const at::Tensor& point) { return point.sum() * std::numeric_limits<double>::quiet_NaN(); };
  CHECK(std::isinf(minimise_by_lbfgs(nowhere, at::zeros({2}), {}).value));
}

TEST_CASE("Adam stays in the box that it is told of, by gradient and by sign alike") {
  const auto project = [](at::Tensor& point) { point.clamp_(-1.0, 1.5); };
  for (const bool by_sign : {false, true}) {
    const Minimum found = minimise_by_adam({bowl}, at::zeros({5}), {.iterations = 300, .by_sign = by_sign, .project = project});
    CHECK(furthest_from(found.point, 1.5) < 1e-3);
  }
}

TEST_CASE("of several objectives Adam minimises the mean, following one after the other") {
  const auto around = [](double middle) -> Objective { return [middle](const at::Tensor& point) { return (point - middle).square().sum(); }; };
  const Minimum found = minimise_by_adam({around(0.0), around(1.0), around(2.0)}, at::zeros({3}), {.iterations = 600, .lr = 0.05});
  CHECK(furthest_from(found.point, 1.0) < 0.05);
  CHECK(found.value == doctest::Approx(3 * 2.0 / 3.0).epsilon(0.01));  // three numbers, 1, 0 and 1 on average
}

// Neighbours differ by 1/4 from left to right and not at all from top to bottom.
TEST_CASE("total variation adds the mean steps to the right and downwards") {
  const at::Tensor image = (at::arange(5).to(at::kFloat) / 4.0).view({1, 1, 1, 5}).expand({1, 1, 3, 5});
  CHECK(total_variation(image).item<double>() == doctest::Approx(0.25));
  CHECK(total_variation(image.transpose(2, 3)).item<double>() == doctest::Approx(0.25));
}

TEST_CASE("pixels are the inverse of what a model sees, and its box spans black to white") {
  const Normalization normalization{.mean = {100.0F, 50.0F}, .deviation = {40.0F, 20.0F}};
  const at::Tensor images = normal_numbers({3, 2, 4, 4}, Seed(1));
  CHECK(pixels(normalized(images, normalization), normalization).allclose(images, 1e-5, 1e-6));
  const Box box = box_of({2, 4, 4}, normalization);
  CHECK(box.low[0][0][0].item<double>() == doctest::Approx(-2.5));
  CHECK(box.high[1][0][0].item<double>() == doctest::Approx(10.25));
}
