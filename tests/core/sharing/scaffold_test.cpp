#include "core/sharing/scaffold.hpp"

#include "tests/core/sharing/fixture.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

using namespace testing;
using List = std::vector<float>;

CollaborationConfig scaffold() {
  CollaborationConfig rules;
  rules.algorithm = "scaffold";
  return rules;
}

}  // namespace

TEST_CASE("correction is c - c_i, and a control variate that is not there yet is zero") {
  CHECK_FALSE(scaffold_correction({}, {}).defined());
  CHECK(list(scaffold_correction({}, tensor({1, 2}))) == List{1, 2});
  CHECK(list(scaffold_correction(tensor({1, 2}), {})) == List{-1, -2});
  CHECK(list(scaffold_correction(tensor({1, 2}), tensor({5, 5}))) == List{4, 3});
}

TEST_CASE("option II: c_i - c + (x - y) / (K lr)") {
  const auto layout = flat_layout(2);
  const ParameterSet start(layout, tensor({1, 1}));
  const ParameterSet trained(layout, tensor({0, 3}));
  const ControlStep step{start, trained, 4, 0.125};  // K lr = 1/2
  CHECK(list(updated_control({}, {}, step)) == List{2, -4});
  CHECK(list(updated_control(tensor({10, 20}), tensor({1, 2}), step)) == List{11, 14});
}

TEST_CASE("with one step of plain SGD, c_i becomes the corrected gradient's own part") {
  // y = x - lr (g + c - c_i), so c_i+ = c_i - c + g + c - c_i = g: the institution's own gradient, whatever c and c_i were.
  const float lr = 0.5F;
  const List gradient{3, -1};
  const List own{1, 2};
  const List server{4, 8};
  List trained;
  for (std::size_t i = 0; i < 2; ++i) trained.push_back(0.0F - lr * (gradient[i] + server[i] - own[i]));
  const auto layout = flat_layout(2);
  const ParameterSet start(layout, tensor({0, 0}));
  const ParameterSet end(layout, tensor(trained));
  CHECK(list(updated_control(tensor(own), tensor(server), {start, end, 1, 0.5})) == gradient);
}

TEST_CASE("private weights and buffers have no control variate") {
  SharingConfig config = steps({"layers"});
  config.buffers = "share";
  config.private_ = {"conv.*"};
  const auto layout = buffered_layout();
  const auto policy = make_share_policy(config, layout);
  const ParameterSet start(layout, tensor({1, 1, 1, 1, 1, 1}));
  const ParameterSet trained(layout, tensor({0, 0, 0, 0, 0, 0}));
  CHECK(list(updated_control({}, {}, {start, trained, 1, 1.0}, policy->shareable())) == List{0, 0, 1, 1});
  CHECK(list(updated_control({}, {}, {start, trained, 1, 1.0})) == List{1, 1, 1, 1});
}

TEST_CASE("the server's c grows by the sum of the published changes over all N members") {
  const auto layout = small_layout();
  SharingConfig config = steps({"layers", "top_k"}, 0.5);
  config.private_ = {"body.weight"};  // shareable weights: 4-7
  const auto policy = make_share_policy(config, layout);
  const auto aggregator = make_aggregator(scaffold(), policy);
  const auto from = [&](int author, const List& control) {
    return contribution(author, 1 + author,
                        policy->share(update(layout, noise(8, 1), tensor(control)), {}, Seed(1)).update);
  };
  const ParameterSet global(layout, zero_numbers(8));
  // N = 8, |S| = 2: (1 + 3) / 8 = 0.5, (2 + 6) / 8 = 1, ...; samples do not weigh here
  const std::vector<Contribution> first{from(0, {9, 9, 9, 9, 1, 2, 0, 4}), from(1, {9, 9, 9, 9, 3, 6, 8, 4})};
  const Aggregate after = aggregator->aggregate(global, {}, first, 8);
  CHECK(list(after.state.control) == List{0, 0, 0, 0, 0.5F, 1, 1, 1});
  const Aggregate later = aggregator->aggregate(after.parameters, after.state, {from(1, {0, 0, 0, 0, 8, 0, 0, -8})}, 8);
  CHECK(list(later.state.control) == List{0, 0, 0, 0, 1.5F, 1, 1, 0});
  CHECK(list(after.state.control) == List{0, 0, 0, 0, 0.5F, 1, 1, 1});
}

TEST_CASE("a missing or unasked-for control variate is refused") {
  const auto layout = flat_layout(2);
  const auto policy = make_share_policy(steps({"full"}), layout);
  const ParameterSet global(layout, zero_numbers(2));
  const auto shared = [&](const at::Tensor& control) {
    return contribution(6, 1, policy->share(update(layout, noise(2, 1), control), {}, Seed(1)).update);
  };
  const auto refusal = [&](const CollaborationConfig& rules, const at::Tensor& control) {
    const auto aggregator = make_aggregator(rules, policy);
    return message_of([&] { static_cast<void>(aggregator->aggregate(global, {}, {shared(control)}, 1)); });
  };
  CHECK(refusal(scaffold(), tensor({1, 1})) == "no error");
  CHECK(contains(refusal(scaffold(), {}), "institution 6 has 0 numbers of control variate, this algorithm needs 2"));
  CHECK(contains(refusal({}, tensor({1, 1})), "has 2 numbers of control variate, this algorithm needs 0"));
}

}  // namespace polyclinic
