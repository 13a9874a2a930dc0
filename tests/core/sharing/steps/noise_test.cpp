// The Gaussian noise of a policy: how much there is, where, and from which seed.
#include <cmath>
#include <vector>

#include "tests/core/sharing/fixture.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

using namespace testing;

SharingConfig noisy(std::vector<std::string> names, double fraction = 1.0) {
  SharingConfig config = steps(std::move(names), fraction);
  config.clip_norm = 0.5;
  config.noise_multiplier = 4.0;
  return config;
}

DecodedUpdate publish(const SharingConfig& config, const at::Tensor& delta, const ShareSeeds& seeds) {
  const auto policy = make_share_policy(config, flat_layout(delta.numel()));
  return policy->decode(policy->share(update(flat_layout(delta.numel()), delta), {}, seeds).update->payload());
}

struct Moments {
  double mean = 0.0, deviation = 0.0;
};

Moments moments(const at::Tensor& values) {
  double sum = 0.0, squares = 0.0;
  for (const float value : numbers(values)) sum += static_cast<double>(value);
  const double mean = sum / static_cast<double>(values.numel());
  for (const float value : numbers(values))
    squares += (static_cast<double>(value) - mean) * (static_cast<double>(value) - mean);
  return {mean, std::sqrt(squares / static_cast<double>(values.numel()))};
}

}  // namespace

// 4 x 0.5 = 2; of n = 40000 draws the mean errs by 2 / sqrt(n) = 0.01 and the deviation by 2 / sqrt(2 n) = 0.007: five of them.
TEST_CASE("the noise has the deviation noise_multiplier x clip_norm, whatever the update") {
  const at::Tensor values = publish(noisy({"clip_norm", "noise"}), zero_numbers(40000), {Seed(1), Seed(2)}).values;
  CHECK(std::abs(moments(values).mean) < 0.05);
  CHECK(std::abs(moments(values).deviation - 2.0) < 0.036);
}

TEST_CASE("the noise comes on top of the clipped update") {
  const SharingConfig config = noisy({"clip_norm", "noise"});
  const at::Tensor none = publish(config, tensor({0, 0}), {Seed(1), Seed(2)}).values;
  const at::Tensor some = publish(config, tensor({3, -4}), {Seed(1), Seed(2)}).values;
  CHECK(numbers(some)[0] - numbers(none)[0] == doctest::Approx(0.3).epsilon(1e-5));  // 3 / 5 x 0.5
  CHECK(numbers(some)[1] - numbers(none)[1] == doctest::Approx(-0.4).epsilon(1e-5));
}

TEST_CASE("the noise follows from its own seed and not from the public one") {
  const SharingConfig config = noisy({"random", "clip_norm", "noise"}, 0.5);
  const auto values = [&](std::uint64_t mask, std::uint64_t secret) {
    return list(publish(config, zero_numbers(100), {Seed(mask), Seed(secret)}).values);
  };
  CHECK(values(1, 2) == values(1, 2));
  CHECK(values(1, 2) == values(9, 2));  // the mask moves, the noise at the places that it leaves does not
  CHECK(values(1, 2) != values(1, 3));
  CHECK(make_share_policy(config, flat_layout(100))->adds_noise());
  CHECK_FALSE(make_share_policy(steps({"full"}), flat_layout(100))->adds_noise());
}

// An update of zeros: whoever chose first would publish zeros with noise at fixed places; noise first makes every place as likely.
TEST_CASE("before top_k all coordinates have noise, and the largest of those are chosen") {
  const DecodedUpdate all = publish(noisy({"clip_norm", "noise"}), zero_numbers(1000), {Seed(1), Seed(2)});
  const DecodedUpdate top = publish(noisy({"clip_norm", "noise", "top_k"}, 0.01), zero_numbers(1000), {Seed(1), Seed(2)});
  REQUIRE(top.values.numel() == 10);
  for (std::size_t i = 0; i < 10; ++i) {
    CHECK(numbers(top.values)[i] == numbers(all.values)[static_cast<std::size_t>(places(top.positions)[i])]);
    CHECK(std::abs(numbers(top.values)[i]) > 4.0F);  // beyond 2 deviations: 4.6 % of 1000
  }
}

TEST_CASE("a residual after noise holds noisy values alone") {
  SharingConfig config = noisy({"clip_norm", "noise", "top_k"}, 0.25);
  config.residual = true;
  const auto policy = make_share_policy(config, flat_layout(4));
  const Shared shared = policy->share(update(flat_layout(4), zero_numbers(4)), {}, {Seed(1), Seed(2)});
  const std::vector<float> all = list(publish(noisy({"clip_norm", "noise"}), zero_numbers(4), {Seed(1), Seed(2)}).values);
  std::vector<float> rest = all;
  rest[static_cast<std::size_t>(places(policy->decode(shared.update->payload()).positions)[0])] = 0.0F;
  CHECK(list(shared.state.residual) == rest);
}

}  // namespace polyclinic
