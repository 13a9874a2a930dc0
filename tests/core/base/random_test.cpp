// Known answers, and moments whose tolerance is five standard errors of the estimate: the seeds are fixed, so a right
// implementation passes always, and a wrong distribution fails.
#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <vector>

#include "core/base/seed.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

constexpr int draws = 200'000;

struct Moments {
  double mean = 0.0;
  double variance = 0.0;
  double kurtosis = 0.0;  // fourth central moment over the squared variance
};

Moments moments_of(const std::function<double(Random&)>& draw) {
  Random random(Seed(11) / "moments");
  std::vector<double> values(draws);
  for (double& value : values) value = draw(random);
  Moments moments;
  moments.mean = std::accumulate(values.begin(), values.end(), 0.0) / draws;
  for (const double value : values) moments.variance += std::pow(value - moments.mean, 2) / draws;
  for (const double value : values) moments.kurtosis += std::pow(value - moments.mean, 4) / draws;
  moments.kurtosis /= moments.variance * moments.variance;
  return moments;
}

// `kurtosis` is the distribution's own: the variance of a sample variance is (kurtosis - 1) variance^2 / n.
void check_moments(const Moments& found, double mean, double variance, double kurtosis) {
  CHECK(std::abs(found.mean - mean) < 5.0 * std::sqrt(variance / draws));
  CHECK(std::abs(found.variance - variance) < 5.0 * variance * std::sqrt((kurtosis - 1.0) / draws));
}

// The C++ standard, [rand.predef]: the 10000th value of a mt19937_64 with the default seed 5489.
TEST_CASE("bits are those of the Mersenne twister") {
  Random random(Seed(5489));
  for (int i = 1; i < 10'000; ++i) static_cast<void>(random.bits());
  CHECK(random.bits() == 9981545732273789042U);
}

TEST_CASE("uniform: 53 bits from 0 to 1, mean 1/2, variance 1/12, kurtosis 9/5") {
  const Moments moments = moments_of([](Random& random) { return random.uniform(); });
  check_moments(moments, 0.5, 1.0 / 12.0, 1.8);
  check_moments(moments_of([](Random& random) { return random.uniform(-3.0, 5.0); }), 1.0, 64.0 / 12.0, 1.8);
  Random first(Seed(5489)), second(Seed(5489));
  CHECK(first.uniform() * 0x1p53 == static_cast<double>(second.bits() >> 11));
}

TEST_CASE("below: every value equally often, also where 2^64 is no multiple of the bound") {
  Random random(Seed(3));
  std::vector<int> counts(7, 0);
  for (int i = 0; i < 70'000; ++i) ++counts.at(random.below(7));
  double chi_square = 0.0;
  for (const int count : counts) chi_square += std::pow(count - 10'000, 2) / 10'000;
  CHECK(chi_square < 22.5);  // the 99.9 % point of chi-square with 6 degrees of freedom is 22.46
  CHECK(random.below(1) == 0);
  // Without rejection, values of the lowest third would come twice as often as the others.
  constexpr std::uint64_t bound = std::uint64_t{3} << 62;
  int low = 0;
  for (int i = 0; i < 30'000; ++i) low += random.below(bound) < bound / 3 ? 1 : 0;
  CHECK(std::abs(low - 10'000) < 5.0 * std::sqrt(30'000 * 2.0 / 9.0));
}

TEST_CASE("normal: mean 0, variance 1, kurtosis 3, and 95 % within 1.96") {
  const Moments moments = moments_of([](Random& random) { return random.normal(); });
  check_moments(moments, 0.0, 1.0, 3.0);
  CHECK(std::abs(moments.kurtosis - 3.0) < 5.0 * std::sqrt(24.0 / draws));
  Random random(Seed(4));
  int within = 0;
  for (int i = 0; i < draws; ++i) within += std::abs(random.normal()) < 1.959964 ? 1 : 0;
  CHECK(std::abs(within - 0.95 * draws) < 5.0 * std::sqrt(0.95 * 0.05 * draws));
}

TEST_CASE("exponential: mean m, variance m^2, kurtosis 9") {
  check_moments(moments_of([](Random& random) { return random.exponential(2.5); }), 2.5, 6.25, 9.0);
}

TEST_CASE("gamma: mean and variance equal the shape, kurtosis 3 + 6 / shape, below and above 1") {
  for (const double shape : {0.3, 1.0, 4.5}) {
    CAPTURE(shape);
    check_moments(moments_of([shape](Random& random) { return random.gamma(shape); }), shape, shape, 3.0 + 6.0 / shape);
  }
}

// Dirichlet(alpha, ..., alpha) over n: each share has mean 1/n and variance (1/n)(1 - 1/n) / (n alpha + 1).
TEST_CASE("dirichlet: shares sum to 1, with the closed-form variance") {
  constexpr int n = 4;
  for (const double alpha : {0.5, 20.0}) {
    const double variance = 0.25 * 0.75 / (n * alpha + 1.0);
    check_moments(moments_of([alpha](Random& random) {
                    const std::vector<double> shares = random.dirichlet(alpha, n);
                    CHECK(std::abs(std::accumulate(shares.begin(), shares.end(), 0.0) - 1.0) < 1e-12);
                    return shares[1];
                  }),
                  0.25, variance, 3.0);
  }
}

TEST_CASE("dirichlet: an alpha next to 0 puts all weight on one, each in its turn") {
  Random random(Seed(9));
  std::map<std::size_t, int> winners;
  for (int i = 0; i < 3000; ++i) {
    const std::vector<double> shares = random.dirichlet(1e-9, 3);
    const auto largest = std::max_element(shares.begin(), shares.end());
    CHECK(*largest == doctest::Approx(1.0));
    ++winners[static_cast<std::size_t>(largest - shares.begin())];
  }
  for (const auto& [place, wins] : winners) CHECK(std::abs(wins - 1000) < 5.0 * std::sqrt(3000 * 2.0 / 9.0));
  CHECK(Random(Seed(9)).dirichlet(0.5, 1) == std::vector<double>{1.0});
}

TEST_CASE("permutation: each of the 3! orders equally often, and of nothing, nothing") {
  Random random(Seed(2));
  std::map<std::vector<std::int64_t>, int> counts;
  for (int i = 0; i < 6000; ++i) ++counts[random.permutation(3)];
  CHECK(counts.size() == 6);
  for (const auto& [order, count] : counts) CHECK(std::abs(count - 1000) < 5.0 * std::sqrt(6000 * 5.0 / 36.0));
  CHECK(random.permutation(0).empty());
  std::vector<std::int64_t> order = random.permutation(1000);
  std::sort(order.begin(), order.end());
  for (std::int64_t i = 0; i < 1000; ++i) CHECK(order[static_cast<std::size_t>(i)] == i);
}

TEST_CASE("sample: sorted, without repetition, each member equally likely, and all when more are asked for") {
  Random random(Seed(6));
  std::vector<int> counts(10, 0);
  for (int i = 0; i < 10'000; ++i) {
    const std::vector<std::int64_t> chosen = random.sample(10, 3);
    CHECK(chosen.size() == 3);
    CHECK(std::is_sorted(chosen.begin(), chosen.end(), std::less_equal<>()));
    for (const std::int64_t member : chosen) ++counts.at(static_cast<std::size_t>(member));
  }
  for (const int count : counts) CHECK(std::abs(count - 3000) < 5.0 * std::sqrt(10'000 * 0.3 * 0.7));
  CHECK(random.sample(3, 7) == std::vector<std::int64_t>{0, 1, 2});
  CHECK(random.sample(5, 0).empty());
}

}  // namespace
}  // namespace polyclinic
