#include <cmath>

#include "tests/core/sharing/fixture.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

using namespace testing;
using List = std::vector<float>;

// One institution whose update is the mean; top_k with fraction 1/2 leaves the second of two coordinates unpublished where
// the first is larger.
struct Server {
  std::shared_ptr<const Layout> layout;
  std::shared_ptr<const SharePolicy> policy;
  std::shared_ptr<const Aggregator> aggregator;
  Aggregate now;

  Server(const CollaborationConfig& rules, const std::shared_ptr<const Layout>& model, const SharingConfig& sharing,
         const List& start)
      : layout(model),
        policy(make_share_policy(sharing, model)),
        aggregator(make_aggregator(rules, policy)),
        now{{model, tensor(start)}, {}} {}

  List step(const List& delta) {
    const auto shared = policy->share(update(layout, tensor(delta)), {}, Seed(1)).update;
    now = aggregator->aggregate(now.parameters, now.state, {contribution(0, 1, shared)}, 1);
    return list(now.parameters.flat());
  }
};

CollaborationConfig server(const std::string& kind, double lr, double momentum = 0.5) {
  CollaborationConfig rules;
  rules.server = kind;
  rules.server_lr = lr;
  rules.server_momentum = momentum;
  return rules;
}

std::string refusal(const CollaborationConfig& rules) {
  return message_of([&] { static_cast<void>(make_aggregator(rules, make_share_policy(steps({"full"}), flat_layout(2)))); });
}

}  // namespace

TEST_CASE("average: server_lr scales the mean") {
  Server half(server("average", 0.5), flat_layout(2), steps({"full"}), {1, 1});
  CHECK(half.step({4, -2}) == List{3, 0});
  CHECK(half.now.state.rounds == 1);
}

TEST_CASE("momentum: v = beta v + mean, x += lr v") {
  Server fedavgm(server("momentum", 1.0), flat_layout(2), steps({"full"}), {0, 0});
  CHECK(fedavgm.step({8, -4}) == List{8, -4});  // v = (8, -4)
  CHECK(fedavgm.step({0, 2}) == List{12, -4});  // v = (4, 0)
  CHECK(fedavgm.step({0, 0}) == List{14, -4});  // v = (2, 0)
  CHECK(list(fedavgm.now.state.momentum) == List{2, 0});
}

TEST_CASE("momentum 0 is plain averaging, bit for bit") {
  Server plain(server("average", 1.0), flat_layout(100), steps({"full"}), List(100, 0.1F));
  Server without(server("momentum", 1.0, 0.0), flat_layout(100), steps({"full"}), List(100, 0.1F));
  for (std::uint64_t round = 0; round < 3; ++round) {
    const List delta = list(noise(100, round));
    CHECK(plain.step(delta) == without.step(delta));
  }
}

TEST_CASE("momentum: an unpublished coordinate keeps its value and its velocity") {
  Server fedavgm(server("momentum", 1.0), flat_layout(2), steps({"top_k"}, 0.5), {0, 0});
  CHECK(fedavgm.step({8, 1}) == List{8, 0});
  CHECK(fedavgm.step({1, 6}) == List{8, 6});  // the first is not published: no move, v stays 8
  CHECK(list(fedavgm.now.state.momentum) == List{8, 6});
  CHECK(fedavgm.step({2, 0}) == List{14, 6});  // v = 0.5 * 8 + 2 = 6
}

TEST_CASE("adam: the formulas of Reddi et al., from v = epsilon^2, without bias correction") {
  CollaborationConfig rules = server("adam", 0.1, 0.9);
  rules.server_beta2 = 0.99;
  rules.server_epsilon = 0.001;
  Server fedadam(rules, flat_layout(2), steps({"full"}), {0, 0});
  double x = 0.0;
  double m = 0.0;
  double v = 1e-6;
  for (const double mean : {0.5, -0.25, 0.125}) {
    m = 0.9 * m + 0.1 * mean;
    v = 0.99 * v + 0.01 * mean * mean;
    x += 0.1 * m / (std::sqrt(v) + 0.001);
    const List now = fedadam.step({static_cast<float>(mean), 0.0F});
    CHECK(now[0] == doctest::Approx(x).epsilon(1e-5));
    CHECK(now[1] == 0.0F);
  }
  // First step by hand: m = 0.05, v = 0.00250099, sqrt(v) = 0.0500099: x = 0.1 * 0.05 / 0.0510099 = 0.0980202
  Server again(rules, flat_layout(1), steps({"full"}), {0});
  CHECK(again.step({0.5F})[0] == doctest::Approx(0.0980202).epsilon(1e-5));
}

TEST_CASE("adam: an unpublished coordinate keeps its value and its moments") {
  Server fedadam(server("adam", 0.1), flat_layout(2), steps({"top_k"}, 0.5), {0, 0});
  const List first = fedadam.step({1, 0.5F});
  const List m = list(fedadam.now.state.momentum);
  const List v = list(fedadam.now.state.variance);
  const List second = fedadam.step({0.5F, 1});
  CHECK(second[0] == first[0]);
  CHECK(second[1] != first[1]);
  CHECK(list(fedadam.now.state.momentum)[0] == m[0]);
  CHECK(list(fedadam.now.state.variance)[0] == v[0]);
}

TEST_CASE("buffers are averaged without the server's optimizer: a variance must not be driven below zero") {
  SharingConfig sharing = steps({"full"});
  sharing.buffers = "share";
  for (const char* kind : {"average", "momentum", "adam"}) {
    Server any(server(kind, 0.25), buffered_layout(), sharing, List(6, 1.0F));
    CHECK(any.step({1, 1, 1, 1, -0.5F, -0.5F})[5] == 0.5F);
    CHECK(any.step({1, 1, 1, 1, 0.25F, 0.25F})[5] == 0.75F);
    CHECK(any.step({1, 1, 1, 1, 0, 0})[4] == 0.75F);
  }
}

TEST_CASE("the state that was handed in is a value: aggregating twice from it gives the same") {
  Server fedavgm(server("momentum", 1.0), flat_layout(2), steps({"full"}), {0, 0});
  fedavgm.step({8, 4});
  const Aggregate before = fedavgm.now;
  const List once = fedavgm.step({1, 1});
  fedavgm.now = before;
  CHECK(fedavgm.step({1, 1}) == once);
}

TEST_CASE("server settings out of range are refused") {
  CHECK(server_optimizers().size() == 3);
  CHECK(contains(refusal(server("adamw", 1.0)), "allowed are average, momentum, adam (did you mean \"adam\"?)"));
  CHECK(contains(refusal(server("average", 0.0)), "collaboration.server_lr is 0"));
  CHECK(contains(refusal(server("momentum", 1.0, 1.0)), "collaboration.server_momentum is 1"));
  CollaborationConfig rules = server("adam", 1.0);
  rules.server_epsilon = 0.0;
  CHECK(contains(refusal(rules), "collaboration.server_epsilon is 0"));
  rules = server("adam", 1.0);
  rules.server_beta2 = 1.5;
  CHECK(contains(refusal(rules), "collaboration.server_beta2 is 1.5"));
}

}  // namespace polyclinic
