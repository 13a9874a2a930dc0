#include "core/sharing/neighbour_mean.hpp"

#include <limits>

#include "tests/core/sharing/fixture.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

using namespace testing;
using List = std::vector<float>;

SharedUpdatePointer published(const SharePolicy& policy, const std::shared_ptr<const Layout>& layout, const List& values) {
  return policy.share(update(layout, tensor(values)), {}, Seed(1)).update;
}

}  // namespace

TEST_CASE("an average with neighbours, by hand") {
  const auto layout = flat_layout(3);
  const auto policy = make_share_policy(steps({"full"}), layout);
  // 0.5 * 4 + 0.25 * 8 + 0.25 * 0, ...
  const at::Tensor mean = neighbour_mean(*policy, tensor({4, 0, -2}), {{0.25, published(*policy, layout, {8, 4, 2})},
                                                                      {0.5, nullptr},
                                                                      {0.25, published(*policy, layout, {0, 4, 2})}});
  CHECK(list(mean) == List{4, 2, 0});
}

TEST_CASE("weights count for those who published a coordinate, and a coordinate of nobody keeps every bit") {
  const auto layout = flat_layout(4);
  const auto policy = make_share_policy(steps({"top_k"}, 0.5), layout);
  const float odd = 0.1F;
  // The neighbour publishes places 1 and 3: (0.75 * 2 + 0.25 * 10) / 1 = 4.
  const at::Tensor own = tensor({odd, 2, odd, -2});
  const at::Tensor mean = neighbour_mean(*policy, own, {{0.75, nullptr}, {0.25, published(*policy, layout, {1, 10, 1, 6})}});
  CHECK(list(mean) == List{odd, 4, odd, 0});
  // Without the missing third neighbour the other weights are scaled up: (2 * 2 + 1 * 8) / 3 = 4.
  const at::Tensor two = neighbour_mean(*policy, own, {{2.0 / 6, nullptr}, {1.0 / 6, published(*policy, layout, {1, 8, 1, -2})}});
  CHECK(list(two)[1] == doctest::Approx(4));
  CHECK(list(neighbour_mean(*policy, own, {{0.3, nullptr}})) == list(own));
  CHECK(list(own) == List{odd, 2, odd, -2});  // untouched
}

TEST_CASE("what is private stays one's own, buffers that are shared are averaged") {
  const auto layout = buffered_layout();
  SharingConfig config = steps({"layers"});
  config.buffers = "share";
  config.private_ = {"head.*"};
  const auto policy = make_share_policy(config, layout);
  const at::Tensor mean = neighbour_mean(*policy, tensor({0, 0, 0, 1, 0, 2}),
                                         {{0.5, nullptr}, {0.5, published(*policy, layout, {2, 4, 6, 8, 10, 4})}});
  CHECK(list(mean) == List{1, 2, 3, 1, 5, 3});
}

TEST_CASE("bytes that are no update of this policy are refused") {
  const auto policy = make_share_policy(steps({"full"}), flat_layout(3));
  const auto other = make_share_policy(steps({"full"}), flat_layout(4));
  const auto foreign = published(*other, flat_layout(4), {1, 2, 3, 4});
  CHECK_THROWS_AS(static_cast<void>(neighbour_mean(*policy, tensor({1, 2, 3}), {{0.5, nullptr}, {0.5, foreign}})), Error);
}

}  // namespace polyclinic
