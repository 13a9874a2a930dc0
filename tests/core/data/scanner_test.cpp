#include "core/data/scanner.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>

#include <cmath>
#include <numeric>

#include "tests/core/data/support.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

TEST_CASE("contrast turns about mid grey, brightness is added, and the result is cut to 0..1") {
  Random random(Seed(1));
  const std::vector<float> seen = acquired({0.0F, 0.5F, 0.75F, 1.0F}, {1, 1, 4}, {2.0, 0.1, 0.0, 0.0}, random);
  CHECK(seen[0] == doctest::Approx(0.0));  // 0.5 + 2 * -0.5 + 0.1 = -0.4
  CHECK(seen[1] == doctest::Approx(0.6));
  CHECK(seen[2] == doctest::Approx(1.0));  // 1.1
  CHECK(seen[3] == doctest::Approx(1.0));
}

TEST_CASE("a neutral scanner changes no byte") {
  const at::Tensor images = at::arange(256, at::kLong).to(at::kByte).view({2, 2, 8, 8});
  CHECK(acquired(images, Scanner{}, {0, 1}, Seed(1)).equal(images));
}

// A Gaussian keeps the sum and, away from the edges, spreads a point by its own variance in each direction.
TEST_CASE("blur spreads a point by sigma squared and keeps its weight") {
  constexpr std::int64_t side = 41;
  std::vector<float> point(side * side, 0.0F);
  point[20 * side + 20] = 1.0F;
  const std::vector<float> spread = blurred(point, side, side, 2.0);
  double sum = 0.0;
  double variance = 0.0;
  for (std::int64_t i = 0; i < side * side; ++i) {
    const double value = spread[static_cast<std::size_t>(i)];
    sum += value;
    variance += value * std::pow(static_cast<double>(i % side - 20), 2.0);
  }
  CHECK(sum == doctest::Approx(1.0).epsilon(1e-5));
  CHECK(variance == doctest::Approx(4.0).epsilon(0.03));  // cut at three sigma: 2.7 % of the variance lies beyond
  CHECK(spread[20 * side + 25] == doctest::Approx(spread[25 * side + 20]));
}

TEST_CASE("blur leaves a plain image as it is, up to its edges") {
  for (const float value : blurred(std::vector<float>(6 * 4, 0.3F), 6, 4, 1.5)) CHECK(value == doctest::Approx(0.3));
  CHECK(blurred({1.0F, 0.0F}, 1, 2, 0.0) == std::vector<float>{1.0F, 0.0F});
}

TEST_CASE("noise has the deviation asked for, and a row's noise follows from its key alone") {
  const at::Tensor images = at::full({4, 1, 50, 50}, 128, at::kByte);
  const at::Tensor seen = acquired(images, {1.0, 0.0, 0.0, 0.1}, {7, 8, 9, 10}, Seed(3));
  const double deviation = seen.to(at::kFloat).std(false).item<double>() / 255.0;
  CHECK(deviation == doctest::Approx(0.1).epsilon(0.03));  // 10,000 draws: the deviation of the deviation is 0.7 %
  const at::Tensor alone = acquired(images.slice(0, 0, 1), {1.0, 0.0, 0.0, 0.1}, {9}, Seed(3));
  CHECK(alone[0].equal(seen[2]));
  CHECK(!seen[0].equal(seen[1]));
}

TEST_CASE("scanners are drawn with the spread asked for, changing one setting moves no other") {
  const Scanner one = draw_scanner({0.2, 0.1, 1.5, 0.05}, Seed(4));
  const Scanner two = draw_scanner({0.2, 0.0, 1.5, 0.05}, Seed(4));
  CHECK(two.offset == 0.0);
  CHECK(one.gain == two.gain);
  CHECK(one.blur_pixels == two.blur_pixels);
  CHECK(one.noise == two.noise);
  CHECK(draw_scanner({}, Seed(4)).is_neutral());
  double squares = 0.0;
  for (std::uint64_t i = 0; i < 2000; ++i) {
    const Scanner scanner = draw_scanner({0.2, 0.1, 1.5, 0.05}, Seed(5) / i);
    squares += std::pow(std::log(scanner.gain), 2.0);
    CHECK(scanner.blur_pixels <= 1.5);
    CHECK(scanner.noise <= 0.05);
  }
  CHECK(std::sqrt(squares / 2000.0) == doctest::Approx(0.2).epsilon(0.06));  // 1.6 % is one deviation
}
