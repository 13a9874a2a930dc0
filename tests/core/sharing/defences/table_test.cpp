#include <algorithm>

#include "tests/core/sharing/defences/round.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

using namespace testing;

const std::vector<std::string> all_defences{"none", "median", "trimmed_mean", "krum", "multi_krum", "norm_clip", "scoring"};

std::string refusal(const CollaborationConfig& config) {
  return message_of([&] { static_cast<void>(make_combination(config)); });
}

}  // namespace

TEST_CASE("each defence is known by its name and described") {
  std::vector<std::string> names;
  for (const NamedKind& kind : defences()) {
    names.push_back(kind.name);
    CHECK_FALSE(kind.description.empty());
  }
  CHECK(names == all_defences);
  CHECK(refusal(defended("krumm")) ==
        "collaboration.defence is \"krumm\", allowed are none, median, trimmed_mean, krum, multi_krum, norm_clip, scoring (did "
        "you mean \"krum\"?)");
}

TEST_CASE("settings out of range are refused") {
  CHECK(refusal(defended("median", 0.6)) == "collaboration.hostile_share is 0.6, needs 0 to 0.5");
  CHECK(refusal(defended("median", -0.1)) == "collaboration.hostile_share is -0.1, needs 0 to 0.5");
  CHECK(refusal(defended("norm_clip", 0.25, 0.0)) == "collaboration.clip_factor is 0, needs more than 0");
}

TEST_CASE("how many may be hostile is the whole part, of the number as written") {
  CHECK(hostile_count(0.25, 8) == 2);
  CHECK(hostile_count(0.25, 7) == 1);
  CHECK(hostile_count(0.0, 7) == 0);
  CHECK(hostile_count(0.5, 7) == 3);
  CHECK(hostile_count(0.29, 100) == 29);  // 0.29 * 100 is 28.999999999999996 in doubles
}

TEST_CASE("the order of arrival changes no bit with any defence, and scoring averages like none") {
  const auto layout = flat_layout(500);
  const auto policy = make_share_policy(steps({"full"}), layout);
  const ParameterSet global(layout, noise(500, 99));
  std::vector<Contribution> contributions;
  for (int author = 0; author < 9; ++author) {
    const at::Tensor delta = noise(500, static_cast<std::uint64_t>(author));
    contributions.push_back(contribution(author, 1 + author, policy->share(update(layout, delta), {}, Seed(1)).update));
  }
  const auto next = [&](const std::string& defence) {
    return list(make_aggregator(defended(defence), policy)->aggregate(global, {}, contributions, 9).parameters.flat());
  };
  for (const std::string& defence : all_defences) {
    const List forward = next(defence);
    std::reverse(contributions.begin(), contributions.end());
    std::swap(contributions[2], contributions[5]);
    CHECK(next(defence) == forward);
  }
  CHECK(next("scoring") == next("none"));
}

TEST_CASE("a reversed and enlarged minority moves the mean and none of the defences far") {
  Round round(1);
  for (const float value : {1.0F, 1.1F, 0.9F, 1.05F, 0.95F, 1.0F, -4.0F, -4.0F}) round.add({value});
  CHECK(round.values(defended("none")).front() < 0.0F);
  for (const char* defence : {"median", "trimmed_mean", "krum", "multi_krum"}) {
    CHECK(round.values(defended(defence)).front() == doctest::Approx(1.0).epsilon(0.06));
  }
  CHECK(round.values(defended("norm_clip")).front() == doctest::Approx(0.5).epsilon(0.06));  // (6 - 2) / 8
}

TEST_CASE("the cost of combining grows as the work does") {
  const auto cost = [](const char* defence, std::int64_t updates) {
    return combination_flops(defended(defence), updates, 1000.0);
  };
  CHECK(cost("none", 8) == 2.0 * 8 * 1000);
  CHECK(cost("scoring", 8) == cost("none", 8));
  CHECK(cost("norm_clip", 8) == 2.0 * cost("none", 8));
  CHECK(cost("median", 16) == 2.0 * cost("median", 8));
  CHECK(cost("krum", 8) == 3.0 * 1000 * 28 + 2.0 * 8 * 1000);  // 28 pairs
}

}  // namespace polyclinic
