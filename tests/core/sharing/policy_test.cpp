#include "core/sharing/policy.hpp"

#include <limits>

#include "core/sharing/codec.hpp"
#include "tests/core/sharing/fixture.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

using namespace testing;
using List = std::vector<float>;
using Places = std::vector<std::int64_t>;

SharingConfig private_head() {
  SharingConfig config = steps({"layers"});
  config.private_ = {"head.*"};
  return config;
}

SharingConfig buffers(const std::string& fate) {
  SharingConfig config = steps({"full"});
  config.buffers = fate;
  return config;
}

ParameterSet parameters(const std::shared_ptr<const Layout>& layout, const List& values) {
  return {layout, tensor(values)};
}

}  // namespace

TEST_CASE("layers: the body leaves, the head stays") {
  const auto layout = small_layout();
  const auto policy = make_share_policy(private_head(), layout);
  CHECK(places(policy->shareable()) == Places{0, 1, 2, 3, 4, 5});
  CHECK(policy->has_private_part());
  CHECK_FALSE(policy->shares_everything());
  const Shared shared = policy->share(update(layout, tensor({1, 2, 3, 4, 5, 6, 70, 80})), {}, Seed(1));
  const DecodedUpdate decoded = policy->decode(shared.update->payload());
  CHECK_FALSE(decoded.positions.defined());
  CHECK(list(decoded.values) == List{1, 2, 3, 4, 5, 6});
  CHECK(shared.egress.tensors == 2);
  CHECK(shared.egress.coordinates == 6);
  CHECK(shared.egress.fraction == 0.75);  // 6 of 8
  CHECK(shared.egress.bytes == 32 + 6 * 4);
  CHECK(policy->expected_bytes(false) == 32 + 6 * 4);
}

TEST_CASE("layers: the reverse, and a tensor that both lists name is private") {
  SharingConfig config = steps({"layers"});
  config.shared = {"head.*"};
  CHECK(places(make_share_policy(config, small_layout())->shareable()) == Places{6, 7});
  config.shared = {"body.*"};
  config.private_ = {"*.bias"};
  CHECK(places(make_share_policy(config, small_layout())->shareable()) == Places{0, 1, 2, 3});
}

TEST_CASE("sparse coordinates of a part are found again in the whole layout") {
  SharingConfig config = steps({"layers", "top_k"}, 0.5);  // 2 of the 4 shareable ones
  config.shared = {"body.bias", "head.weight"};
  const auto layout = small_layout();
  const auto policy = make_share_policy(config, layout);
  const Shared shared = policy->share(update(layout, tensor({9, 9, 9, 9, 1, 4, 0, -3})), {}, Seed(1));
  const DecodedUpdate decoded = policy->decode(shared.update->payload());
  CHECK(places(decoded.positions) == Places{5, 7});
  CHECK(list(decoded.values) == List{4, -3});
  CHECK(shared.egress.tensors == 2);
  CHECK(shared.egress.fraction == 0.25);
  CHECK(policy->expected_bytes(false) == shared.update->bytes());
}

TEST_CASE("buffers leave or stay as the scenario says, normalisation layers as its patterns say") {
  const auto layout = buffered_layout();
  CHECK(places(make_share_policy(buffers("share"), layout)->shareable()) == Places{0, 1, 2, 3, 4, 5});
  CHECK(places(make_share_policy(buffers("local"), layout)->shareable()) == Places{0, 1, 2, 3});
  SharingConfig config = buffers("share");
  config.steps = {"layers"};
  config.private_ = {"bn.*"};
  const auto policy = make_share_policy(config, layout);
  CHECK(places(policy->shareable()) == Places{0, 1, 3});
  // publish-list test: no byte of a normalisation layer is among those sent
  const Shared shared = policy->share(update(layout, tensor({1, 1, 7, 1, 7, 7})), {}, Seed(1));
  CHECK(list(policy->decode(shared.update->payload()).values) == List{1, 1, 1});
}

TEST_CASE("a private head stays the institution's own from round to round") {
  const auto layout = small_layout();
  const auto policy = make_share_policy(private_head(), layout);
  const ParameterSet first = parameters(layout, {0, 0, 0, 0, 0, 0, 5, 5});
  CHECK(list(policy->compose(first, {}, Seed(1)).flat()) == list(first.flat()));  // not trained yet: the initial model
  const PrivatePart own = policy->keep(parameters(layout, {1, 1, 1, 1, 1, 1, 6, 7}));
  CHECK(list(own.numbers) == List{6, 7});
  const ParameterSet second = parameters(layout, {2, 3, 2, 3, 2, 3, 5, 5});
  const ParameterSet start = policy->compose(second, own, Seed(2));
  CHECK(list(start.flat()) == List{2, 3, 2, 3, 2, 3, 6, 7});
  CHECK(list(second.flat()) == List{2, 3, 2, 3, 2, 3, 5, 5});  // the global model is not touched
  CHECK(list(policy->keep(start).numbers) == List{6, 7});
}

TEST_CASE("where nothing is private, the start is the global model") {
  const auto layout = small_layout();
  const auto policy = make_share_policy(steps({"full"}), layout);
  CHECK_FALSE(policy->has_private_part());
  CHECK_FALSE(policy->keep(parameters(layout, List(8, 1.0F))).numbers.defined());
  CHECK(list(policy->compose(parameters(layout, List(8, 2.0F)), {}, Seed(1)).flat()) == List(8, 2.0F));
}

TEST_CASE("download_fraction refreshes that share of the shareable coordinates, the rest stay own") {
  SharingConfig config = private_head();
  config.download_fraction = 0.5;  // 3 of 6
  const auto layout = small_layout();
  const auto policy = make_share_policy(config, layout);
  CHECK(policy->has_private_part());
  const PrivatePart own = policy->keep(parameters(layout, List(8, 1.0F)));
  CHECK(own.numbers.numel() == 8);
  const List start = list(policy->compose(parameters(layout, List(8, 2.0F)), own, Seed(3)).flat());
  CHECK(std::count(start.begin(), start.begin() + 6, 2.0F) == 3);
  CHECK(std::count(start.begin(), start.end(), 1.0F) == 5);
  CHECK(list(policy->compose(parameters(layout, List(8, 2.0F)), own, Seed(3)).flat()) == start);
  CHECK(list(policy->compose(parameters(layout, List(8, 2.0F)), {}, Seed(3)).flat()) == List(8, 2.0F));
}

TEST_CASE("which policies share everything") {
  const auto all = [](const SharingConfig& config) {
    return make_share_policy(config, small_layout())->shares_everything();
  };
  CHECK(all(steps({"full"})));
  CHECK(all(steps({"top_k"})));
  CHECK(all(steps({"random"})));
  CHECK(all(steps({"selective"})));
  CHECK_FALSE(all(steps({"random"}, 0.5)));
  CHECK_FALSE(all(private_head()));
  SharingConfig config = steps({"full"});
  config.values = "float16";
  CHECK_FALSE(all(config));
  config = steps({"full"});
  config.download_fraction = 0.5;
  CHECK_FALSE(all(config));
  config = steps({"clip"});
  config.gamma = 1.0;
  CHECK_FALSE(all(config));
  config = steps({"selective"});
  config.selection = "random";  // leaves zeros out, whose uploaders then do not count
  CHECK_FALSE(all(config));
  CHECK_FALSE(make_share_policy(buffers("local"), buffered_layout())->shares_everything());
}

TEST_CASE("expected bytes are the real ones wherever the policy fixes the count") {
  const auto layout = flat_layout(1000);
  const at::Tensor delta = noise(1000, 8);
  for (const char* values : {"float32", "float16"}) {
    for (const char* step : {"full", "random", "top_k", "selective"}) {
      for (const double fraction : {0.001, 0.02, 0.5, 1.0}) {
        SharingConfig config = steps({step}, fraction);
        config.values = values;
        const auto policy = make_share_policy(config, layout);
        const Shared plain = policy->share(update(layout, delta), {}, Seed(1));
        const Shared controlled = policy->share(update(layout, delta, delta), {}, Seed(1));
        CHECK(plain.update->bytes() == policy->expected_bytes(false));
        CHECK(controlled.update->bytes() == policy->expected_bytes(true));
      }
    }
  }
}

TEST_CASE("expected bytes bound those of a selection by threshold") {
  SharingConfig config = steps({"selective"});
  config.selection = "random";
  config.threshold = 0.0;
  const auto layout = flat_layout(64);
  const auto policy = make_share_policy(config, layout);
  for (std::size_t zeros = 0; zeros <= 64; ++zeros) {
    List delta(64, 1.0F);
    std::fill(delta.begin(), delta.begin() + static_cast<std::ptrdiff_t>(zeros), 0.0F);
    CHECK(policy->share(update(layout, tensor(delta)), {}, Seed(1)).update->bytes() <= policy->expected_bytes(false));
  }
}

TEST_CASE("of a control variate, only what belongs to shareable weights leaves") {
  SharingConfig config = buffers("share");
  config.steps = {"layers", "random"};
  config.fraction = 0.5;
  config.private_ = {"head.*"};  // shareable: 0, 1, 2 of the weights and the buffers 4, 5
  const auto layout = buffered_layout();
  const auto policy = make_share_policy(config, layout);
  const Shared shared = policy->share(update(layout, tensor({1, 2, 3, 4, 5, 6}), tensor({10, 20, 30, 40})), {}, Seed(1));
  CHECK(shared.update->bytes() == 32 + 3 * 4 + 3 * 4);
  CHECK(list(policy->decode(shared.update->payload()).control) == List{10, 20, 30, 0});
}

TEST_CASE("an update that is not finite is refused by the name of its tensor") {
  const auto layout = small_layout();
  const auto policy = make_share_policy(steps({"top_k"}, 0.5), layout);
  const at::Tensor delta = tensor({0, 0, 0, 0, std::numeric_limits<float>::quiet_NaN(), 0, 0, 0});
  CHECK(contains(message_of([&] { static_cast<void>(policy->share(update(layout, delta), {}, Seed(1))); }),
                 "tensor body.bias holds nan: training diverged"));
}

TEST_CASE("a policy refuses bytes that it cannot have written") {
  const auto layout = small_layout();
  const auto policy = make_share_policy(private_head(), layout);
  const auto other = make_share_policy(steps({"full"}), layout);
  const at::Tensor delta = noise(8, 1);
  const SharedUpdatePointer own = policy->share(update(layout, delta), {}, Seed(1)).update;
  const SharedUpdatePointer foreign = other->share(update(layout, delta), {}, Seed(1)).update;
  CHECK_NOTHROW(policy->check(own->payload()));
  CHECK_THROWS_AS(policy->check(foreign->payload()), Error);
  CHECK_THROWS_AS(static_cast<void>(policy->decode(foreign->payload())), Error);
  CHECK_THROWS_AS(static_cast<void>(policy->decode({})), Error);
  SharingConfig half = private_head();
  half.values = "float16";
  CHECK(contains(message_of([&] { make_share_policy(half, layout)->check(own->payload()); }), "take 4 bytes each"));
}

}  // namespace polyclinic
