// What each step publishes, on vectors small enough to follow by hand.
#include <cmath>
#include <string>
#include <vector>

#include "core/sharing/codec.hpp"
#include "tests/core/sharing/fixture.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

using namespace testing;
using List = std::vector<float>;
using Places = std::vector<std::int64_t>;

struct Published {
  Places positions;
  List values;
  PolicyState state;
};

// Shares `delta` over a single tensor and decodes the bytes.
Published publish(const SharingConfig& config, const List& delta, const PolicyState& state = {}, std::uint64_t seed = 1) {
  const auto layout = flat_layout(std::ssize(delta));
  const auto policy = make_share_policy(config, layout);
  const Shared shared = policy->share(update(layout, tensor(delta)), state, Seed(seed));
  const DecodedUpdate decoded = policy->decode(shared.update->payload());
  return {places(decoded.positions.defined() ? decoded.positions : policy->shareable()), list(decoded.values),
          shared.state};
}

}  // namespace

TEST_CASE("full publishes everything as it is") {
  const Published all = publish(steps({"full"}), {1, -2, 0});
  CHECK(all.positions == Places{0, 1, 2});
  CHECK(all.values == List{1, -2, 0});
  CHECK(all.state.rounds == 1);
}

TEST_CASE("clip cuts each coordinate to gamma in magnitude") {
  SharingConfig config = steps({"clip"});
  config.gamma = 1.5;
  CHECK(publish(config, {1, -2, 0, 1.5F, 7}).values == List{1, -1.5F, 0, 1.5F, 1.5F});
}

TEST_CASE("clip_norm shortens what is published to a length and keeps its direction") {
  SharingConfig config = steps({"clip_norm"});
  config.clip_norm = 2.5;
  CHECK(publish(config, {3, -4, 0}).values == List{1.5F, -2, 0});  // length 5, halved
  CHECK(publish(config, {1, -2, 0}).values == List{1, -2, 0});     // sqrt(5) is short enough
  CHECK(publish(config, {0, 0, 0}).values == List{0, 0, 0});
}

TEST_CASE("clip_norm after a mask looks at what the mask left") {
  SharingConfig config = steps({"random", "clip_norm"}, 0.5);
  config.clip_norm = 4.0;
  const Published half = publish(config, List(8, 2.0F));  // 4 of 8: length 4, within the bound; all 8 would be 5.7 long
  CHECK(half.values == List{2, 2, 2, 2});
}

TEST_CASE("random publishes the fraction of a mask that its seed alone decides") {
  const List delta{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  const Published one = publish(steps({"random"}, 0.3), delta, {}, 5);
  CHECK(one.positions.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) CHECK(one.values[i] == static_cast<float>(one.positions[i]));
  CHECK(publish(steps({"random"}, 0.3), List(10, 1.0F), {}, 5).positions == one.positions);  // not the data
  bool moved = false;
  for (std::uint64_t seed = 6; seed < 10; ++seed)
    moved |= publish(steps({"random"}, 0.3), delta, {}, seed).positions != one.positions;
  CHECK(moved);
}

TEST_CASE("top_k publishes the largest magnitudes, the lower place among equals, zeros when there is nothing else") {
  CHECK(publish(steps({"top_k"}, 0.4), {1, -5, 2, 5, 0}).positions == Places{1, 3});
  CHECK(publish(steps({"top_k"}, 0.4), {1, -5, 2, 5, 0}).values == List{-5, 5});
  CHECK(publish(steps({"top_k"}, 0.6), {2, -2, 2, -2, 2}).positions == Places{0, 1, 2});
  CHECK(publish(steps({"top_k"}, 0.6), {1, 1, 3, 1, 1}).positions == Places{0, 1, 2});
  CHECK(publish(steps({"top_k"}, 0.4), {0, 0, 0, 0, 0}).positions == Places{0, 1});
  CHECK(publish(steps({"top_k"}, 0.01), {1, 2, 3, 4, 5}).positions == Places{4});  // at least one
}

TEST_CASE("with residual, what was not published waits for a later round") {
  SharingConfig config = steps({"top_k"}, 0.25);  // 1 of 4
  config.residual = true;
  // round 1: e = (4, 3, 0, -1): publishes 4 at 0, leaves (0, 3, 0, -1)
  const Published first = publish(config, {4, 3, 0, -1});
  CHECK(first.positions == Places{0});
  CHECK(first.values == List{4});
  CHECK(list(first.state.residual) == List{0, 3, 0, -1});
  // round 2: e = (1, 3.5, 0, -4): publishes -4 at 3, leaves (1, 3.5, 0, 0)
  const Published second = publish(config, {1, 0.5F, 0, -3}, first.state);
  CHECK(second.positions == Places{3});
  CHECK(second.values == List{-4});
  CHECK(list(second.state.residual) == List{1, 3.5F, 0, 0});
  // round 3: e = (2, 4.5, 0, 1): publishes 4.5 at 1, leaves (2, 0, 0, 1)
  const Published third = publish(config, {1, 1, 0, 1}, second.state);
  CHECK(third.positions == Places{1});
  CHECK(third.values == List{4.5F});
  CHECK(list(third.state.residual) == List{2, 0, 0, 1});
  CHECK(third.state.rounds == 3);
  // the states that were handed in are values: still what they were
  CHECK(list(first.state.residual) == List{0, 3, 0, -1});
}

TEST_CASE("without residual nothing is remembered") {
  const Published first = publish(steps({"top_k"}, 0.25), {4, 3, 0, -1});
  CHECK_FALSE(first.state.residual.defined());
  CHECK(publish(steps({"top_k"}, 0.25), {1, 0.5F, 0, -3}, first.state).values == List{-3});
}

TEST_CASE("selective, largest: ranked before cutting, published cut") {
  SharingConfig config = steps({"selective"}, 0.5);
  config.gamma = 2.0;
  // Cut, 3, -9 and 4 are equally large; Shokri & Shmatikov's are the largest, not the first.
  const Published chosen = publish(config, {3, 1, -9, 4});
  CHECK(chosen.positions == Places{2, 3});
  CHECK(chosen.values == List{-2, 2});
  config.gamma = 0.0;
  CHECK(publish(config, {3, 1, -9, 4}).values == List{-9, 4});
}

TEST_CASE("selective, random: only coordinates above the threshold, at most the fraction") {
  SharingConfig config = steps({"selective"}, 0.5);  // 3 of 6
  config.selection = "random";
  config.gamma = 2.0;
  config.threshold = 1.0;
  // above 1 in magnitude: places 0, 2, 4, 5; 1 itself is not above
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Published chosen = publish(config, {3, 1, -1.5F, 0, 1.25F, -8}, {}, seed);
    CHECK(chosen.positions.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
      const float expected = List{2, 0, -1.5F, 0, 1.25F, -2}[static_cast<std::size_t>(chosen.positions[i])];
      CHECK(chosen.values[i] == expected);
      CHECK(expected != 0);
    }
  }
  const Published few = publish(config, {3, 1, 0, 0, 0, -8});
  CHECK(few.positions == Places{0, 5});
  CHECK(publish(config, {0, 0, 0, 0, 0, 0}).positions.empty());
}

TEST_CASE("selective, random: each candidate is as likely as another") {
  SharingConfig config = steps({"selective"}, 0.25);  // 1 of 4
  config.selection = "random";
  std::vector<int> seen(4);
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    ++seen[static_cast<std::size_t>(publish(config, {1, 2, 3, 0}, {}, seed).positions[0])];
  }
  // three candidates: 4000/3 = 1333 each, standard deviation sqrt(4000 * 1/3 * 2/3) = 30; 5 of them are 149
  for (const std::size_t place : {0, 1, 2}) CHECK(std::abs(seen[place] - 1333) < 149);
  CHECK(seen[3] == 0);
}

TEST_CASE("steps act in their order") {
  SharingConfig config = steps({"clip", "top_k"}, 0.25);
  config.gamma = 2.0;
  CHECK(publish(config, {1, 3, 9, 0}).positions == Places{1});  // cut first: 3 and 9 are both 2, the lower place wins
  config.steps = {"top_k", "clip"};
  CHECK(publish(config, {1, 3, 9, 0}).positions == Places{2});
  CHECK(publish(config, {1, 3, 9, 0}).values == List{2});
}

TEST_CASE("a public mask survives a cut: still no indices on the wire") {
  SharingConfig config = steps({"clip", "random"}, 0.5);
  config.gamma = 0.5;
  const auto layout = flat_layout(100);
  const auto policy = make_share_policy(config, layout);
  const Shared shared = policy->share(update(layout, noise(100, 3)), {}, Seed(4));
  CHECK(shared.update->bytes() == 32 + 50 * 4);
  config.steps = {"random", "clip"};
  CHECK(make_share_policy(config, layout)->share(update(layout, noise(100, 3)), {}, Seed(4)).update->digest() ==
        shared.update->digest());
}

}  // namespace polyclinic
