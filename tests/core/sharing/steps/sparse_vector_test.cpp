// Selective upload by the sparse vector technique.
#include <cmath>
#include <vector>

#include "tests/core/sharing/fixture.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

using namespace testing;

SharingConfig sparse(double fraction, double epsilon, double gamma = 1.0, double threshold = 0.0) {
  SharingConfig config = steps({"sparse_vector"}, fraction);
  config.sparse_epsilon = epsilon;
  config.gamma = gamma;
  config.threshold = threshold;
  return config;
}

DecodedUpdate publish(const SharingConfig& config, const at::Tensor& delta, std::uint64_t secret) {
  const auto policy = make_share_policy(config, flat_layout(delta.numel()));
  return policy->decode(
      policy->share(update(flat_layout(delta.numel()), delta), {}, {Seed(1), Seed(secret)}).update->payload());
}

// Share of 20000 rounds over the one coordinate `value` of which `is_so` holds; its standard deviation is at most 0.0035.
template <class Predicate>
double share_of_rounds(const SharingConfig& config, float value, Predicate is_so) {
  const auto layout = flat_layout(1);
  const auto policy = make_share_policy(config, layout);
  int hits = 0;
  for (std::uint64_t secret = 0; secret < 20000; ++secret) {
    const Shared shared = policy->share(update(layout, tensor({value})), {}, {Seed(1), Seed(secret)});
    if (is_so(policy->decode(shared.update->payload()))) ++hits;
  }
  return hits / 20000.0;
}

bool accepted(const DecodedUpdate& decoded) { return decoded.values.numel() == 1; }

// Closed form: P(A - B >= t) for t >= 0, where A and B are Laplace variables of scales a != b.
double beyond(double t, double a, double b) {
  return (a * a * std::exp(-t / a) - b * b * std::exp(-t / b)) / (2 * (a * a - b * b));
}

}  // namespace

TEST_CASE("with an epsilon beyond all measure what exceeds the threshold is published as it is, cut to gamma") {
  const DecodedUpdate decoded = publish(sparse(0.75, 1e9, 2.0, 1.0), tensor({0.5F, -1.5F, 9, 0.25F}), 3);
  CHECK(places(decoded.positions) == std::vector<std::int64_t>{1, 2});
  CHECK(numbers(decoded.values)[0] == doctest::Approx(-1.5).epsilon(1e-5));
  CHECK(numbers(decoded.values)[1] == doctest::Approx(2.0).epsilon(1e-5));
}

TEST_CASE("it stops at the count, however many coordinates exceed the threshold, and in no order of places") {
  std::vector<int> seen(20);
  for (std::uint64_t secret = 0; secret < 400; ++secret) {
    const DecodedUpdate decoded = publish(sparse(0.25, 1e9, 1.0, 0.5), tensor(std::vector<float>(20, 1.0F)), secret);
    REQUIRE(decoded.values.numel() == 5);
    for (const std::int64_t place : places(decoded.positions)) ++seen[static_cast<std::size_t>(place)];
  }
  for (const int count : seen)
    CHECK(std::abs(count - 100) < 44);  // 400 x 1/4 = 100, deviation sqrt(75) = 8.7: five of them
}

TEST_CASE("nothing may exceed the threshold: then nothing is published") {
  CHECK(publish(sparse(0.5, 1e9, 1.0, 0.5), zero_numbers(10), 1).values.numel() == 0);
}

// epsilon 9, one coordinate, c = 1: e1 + e2 = 8, e1 = 8 / (1 + 2^(2/3)) = 3.0919, e2 = 4.9081; scales 1 / e1 and 2 / e2.
TEST_CASE("the noise on choice and threshold has the scales of the corrected split") {
  const double first = 8 / (1 + std::pow(2.0, 2.0 / 3.0));
  const double a = 2 / (8 - first);
  const double b = 1 / first;
  CHECK(std::abs(share_of_rounds(sparse(1.0, 9.0, 1.0, 0.5), 0.5F, accepted) - 0.5) <
        0.018);  // at the threshold: a fair coin
  CHECK(std::abs(share_of_rounds(sparse(1.0, 9.0, 1.0, 0.5), 0.0F, accepted) - beyond(0.5, a, b)) < 0.018);
  CHECK(std::abs(share_of_rounds(sparse(1.0, 9.0, 1.0, 0.5), 1.0F, accepted) - (1 - beyond(0.5, a, b))) < 0.018);
}

// A value of 0 with noise of scale 2 c gamma / (epsilon / 9) = 2 is cut at 1 with probability exp(-1/2) / 2, on either side.
TEST_CASE("the noise on a published value has its own part of the budget") {
  const SharingConfig config = sparse(1.0, 9.0);
  const double published = share_of_rounds(config, 0.0F, accepted);
  const double cut =
      share_of_rounds(config, 0.0F, [](const DecodedUpdate& d) { return accepted(d) && numbers(d.values)[0] == 1.0F; });
  CHECK(std::abs(cut / published - std::exp(-0.5) / 2) < 0.03);
}

// What is published hardly depends on the coordinate: the odds of being published differ by less than exp(8/9 epsilon).
TEST_CASE("choices are private: their likelihoods at the two extremes keep to the budget") {
  const SharingConfig config = sparse(1.0, 1.0, 1.0, 0.5);
  const double with = share_of_rounds(config, 1.0F, accepted);
  const double without = share_of_rounds(config, 0.0F, accepted);
  CHECK(with > without);
  CHECK(std::log(with / without) < 8.0 / 9.0);
  CHECK(std::log((1 - without) / (1 - with)) < 8.0 / 9.0);
}

}  // namespace polyclinic
