// Gossip averaging: x <- W x over the members' trained models.
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros.h>

#include "core/base/error.hpp"
#include "core/collaboration/chain_learning.hpp"
#include "tests/core/collaboration/small_chain.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

Scenario gossip(std::int64_t members, const std::string& topology, std::int64_t degree = 4) {
  Scenario scenario = small_scenario();
  scenario.groups.front().count = members;
  ChainConfig& chain = scenario.chains.front();
  chain.rounds = 4;
  chain.collaboration.mode = "gossip";
  chain.collaboration.topology = topology;
  chain.collaboration.degree = degree;
  return scenario;
}

// Rows: the members' models after `rounds` rounds, float64.
at::Tensor models(ChainLearning& learning, std::int64_t rounds) {
  std::vector<at::Tensor> rows;
  for (const InstitutionId member : learning.plan().members) {
    rows.push_back(learning.personal_model(member, rounds).flat().to(at::kDouble));
  }
  return at::stack(rows);
}

// Rows: what the members' training makes of their models, without an effect on them.
at::Tensor trained(ChainLearning& learning, std::int64_t round) {
  std::vector<at::Tensor> rows;
  for (const InstitutionId member : learning.plan().members) {
    const Job<RoundOutcome> job = learning.start_training(member, round);
    rows.push_back((learning.plan().initial.flat() + job.get().displacement).to(at::kDouble));
  }
  return at::stack(rows);
}

// From the definition, degree by degree.
at::Tensor metropolis(std::int64_t members, const std::vector<std::vector<std::int64_t>>& neighbours) {
  at::Tensor w = at::zeros({members, members}, at::kDouble);
  const auto degree = [&](std::int64_t node) { return neighbours[static_cast<std::size_t>(node)].size(); };
  for (std::int64_t i = 0; i < members; ++i) {
    for (const std::int64_t j : neighbours[static_cast<std::size_t>(i)]) {
      w[i][j] = 1.0 / (1.0 + static_cast<double>(std::max(degree(i), degree(j))));
    }
    w[i][i] = 1.0 - w[i].sum();
  }
  return w;
}

}  // namespace

TEST_CASE("on a ring with full sharing a round is x <- W x, W by hand: a third each") {
  Pool pool(2);
  ChainLearning learning(plan_of(gossip(5, "ring")), pool, {});
  const at::Tensor w = metropolis(5, {{1, 4}, {0, 2}, {1, 3}, {2, 4}, {0, 3}});
  CHECK(w[0][0].item<double>() == doctest::Approx(1.0 / 3));
  for (std::int64_t round = 0; round < 3; ++round) {
    const at::Tensor expected = w.matmul(trained(learning, round));
    play_round(learning, round, learning.plan().members);
    CHECK(at::allclose(models(learning, round + 1), expected, 0, 2e-7));
  }
  CHECK_FALSE(at::allclose(models(learning, 3)[0], models(learning, 3)[2], 0, 1e-5));
}

TEST_CASE("on a grid of 2 x 3, where degrees are 3, W weighs a quarter each") {
  Pool pool(2);
  ChainLearning learning(plan_of(gossip(6, "grid")), pool, {});
  const at::Tensor w = metropolis(6, {{1, 2, 3}, {0, 2, 4}, {0, 1, 5}, {0, 4, 5}, {1, 3, 5}, {2, 3, 4}});
  const at::Tensor expected = w.matmul(trained(learning, 0));
  play_round(learning, 0, learning.plan().members);
  CHECK(at::allclose(models(learning, 1), expected, 0, 2e-7));
}

TEST_CASE("on a complete graph everybody gets the plain mean, bit by bit the same") {
  Pool pool(2);
  ChainLearning learning(plan_of(gossip(4, "random_regular", 3)), pool, {});
  const at::Tensor mean = trained(learning, 0).mean(0);
  play_round(learning, 0, learning.plan().members);
  const at::Tensor after = models(learning, 1);
  CHECK(at::allclose(after[0], mean, 0, 1e-7));
  for (std::int64_t i = 1; i < 4; ++i) CHECK(at::equal(after[i], after[0]));
  CHECK(at::allclose(learning.global(1).parameters.flat().to(at::kDouble), mean, 0, 1e-7));
  CHECK_FALSE(learning.has_global_model());
}

TEST_CASE("a policy that publishes all is full sharing") {
  const auto after = [](const std::vector<std::string>& steps) {
    Pool pool(2);
    Scenario scenario = gossip(5, "ring");
    scenario.chains.front().sharing.steps = steps;
    ChainLearning learning(plan_of(scenario), pool, {});
    for (std::int64_t round = 0; round < 2; ++round) play_round(learning, round, learning.plan().members);
    return models(learning, 2);
  };
  CHECK(at::equal(after({"full"}), after({"top_k"})));
  CHECK(at::equal(after({"full"}), after({"random"})));
}

// Coordinate by coordinate from the published bytes: sum of w d over itself and its uploaders, divided by their w.
TEST_CASE("with partial sharing each coordinate is averaged over those who published it, and else kept") {
  Scenario scenario = gossip(5, "ring");
  scenario.chains.front().sharing.steps = {"top_k"};
  scenario.chains.front().sharing.fraction = 0.3;
  Pool pool(1);
  ChainLearning learning(plan_of(scenario), pool, {});
  const ChainPlan& plan = learning.plan();
  std::vector<DecodedUpdate> published;
  std::vector<at::Tensor> own;
  for (const InstitutionId member : plan.members) {
    const Job<RoundOutcome> job = learning.start_training(member, 0);
    published.push_back(plan.policy->decode(job.get().update->payload()));
    own.push_back(job.get().displacement);
  }
  play_round(learning, 0, plan.members);
  const at::Tensor after = learning.personal_model(plan.members[1], 1).flat();
  at::Tensor sum = own[1].to(at::kDouble) / 3, weight = at::full_like(sum, 1.0 / 3);
  for (const std::size_t neighbour : {0, 2}) {
    sum.index_add_(0, published[neighbour].positions, published[neighbour].values.to(at::kDouble) / 3);
    weight.index_add_(0, published[neighbour].positions, at::full_like(published[neighbour].values, 1.0 / 3).to(at::kDouble));
  }
  CHECK(at::allclose(after.to(at::kDouble), plan.initial.flat().to(at::kDouble) + sum / weight, 0, 2e-7));
  const at::Tensor untouched = weight < 0.5;
  CHECK(untouched.sum().item<std::int64_t>() > 0);
  CHECK(at::equal(after.masked_select(untouched), (plan.initial.flat() + own[1]).masked_select(untouched)));
}

TEST_CASE("a member whose update is not in the round averages what it had, and may not train for a closed round twice") {
  Pool pool(1);
  ChainLearning learning(plan_of(gossip(3, "ring")), pool, {});
  const std::vector<InstitutionId>& members = learning.plan().members;
  const at::Tensor after_training = trained(learning, 0);
  learning.finish_training(members[2], 0, 0, learning.start_training(members[2], 0).get());
  play_round(learning, 0, {members[0], members[1]});
  // Of a triangle all weights are a third; member 2 stands where it stood.
  const at::Tensor expected = (after_training[0] + after_training[1] + learning.plan().initial.flat().to(at::kDouble)) / 3;
  CHECK(at::allclose(models(learning, 1)[2], expected, 0, 1e-7));
  CHECK_FALSE(learning.can_start(members[2], 0));
  CHECK(learning.can_start(members[2], 1));
}

TEST_CASE("one that has not heard of a closed round may still train for it, in vain") {
  Pool pool(1);
  ChainLearning learning(plan_of(gossip(3, "ring")), pool, {});
  const std::vector<InstitutionId>& members = learning.plan().members;
  play_round(learning, 0, {members[0], members[1]});
  CHECK(learning.can_start(members[2], 0));
  CHECK_FALSE(learning.can_start(members[0], 0));
  const Job<RoundOutcome> late = learning.start_training(members[2], 0);
  CHECK(late.get().base == learning.plan().initial.digest());
  CHECK_FALSE(learning.can_start(members[2], 0));
  CHECK_THROWS_AS(static_cast<void>(learning.start_training(members[2], 0)), Error);
}

TEST_CASE("a private head stays its member's own while the rest is averaged") {
  Scenario scenario = gossip(4, "random_regular", 3);
  ChainConfig& chain = scenario.chains.front();
  chain.model.kind = "mlp";
  chain.model.widths = {4};
  chain.sharing.steps = {"layers"};
  chain.sharing.private_ = {"head.*"};
  Pool pool(2);
  ChainLearning learning(plan_of(scenario), pool, {});
  const std::vector<InstitutionId>& members = learning.plan().members;
  for (std::int64_t round = 0; round < 2; ++round) play_round(learning, round, members);
  const ParameterSet first = learning.personal_model(members[0], 2), second = learning.personal_model(members[1], 2);
  REQUIRE(learning.plan().model->layout()->tensors()[2].name == "head.weight");
  CHECK(at::equal(first.tensor(0), second.tensor(0)));
  CHECK_FALSE(at::equal(first.tensor(2), second.tensor(2)));
}

TEST_CASE("the figures of a round are the mean over the members' own models, weighted by their rows") {
  const Scenario scenario = gossip(3, "ring");
  Pool pool(2);
  ChainLearning learning(plan_of(scenario), pool, scenario.evaluation);
  const ChainPlan& plan = learning.plan();
  play_round(learning, 0, plan.members);
  const Observation observation = learning.observe(1, plan.members).get();
  double loss = 0.0, rows = 0.0;
  for (const InstitutionId member : plan.members) {
    const auto weight = static_cast<double>(plan.data_of(member).train.size());
    loss += weight * evaluate(*plan.model, learning.personal_model(member, 1), plan.test, plan.collection, Device::cpu).loss;
    rows += weight;
  }
  CHECK(observation.test.loss == doctest::Approx(loss / rows));
  CHECK(observation.members.size() == 3);
}

TEST_CASE("members need what their neighbours published, and only that") {
  Pool pool(1);
  ChainLearning learning(plan_of(gossip(5, "ring")), pool, {});
  const std::vector<InstitutionId>& members = learning.plan().members;
  CHECK(learning.needs_payload(members[0], members[4]));
  CHECK_FALSE(learning.needs_payload(members[0], members[2]));
  ChainLearning common(plan_of(small_scenario()), pool, {});
  CHECK(common.needs_payload(members[0], members[2]));
}

TEST_CASE("a residual has no meaning where all of the model's difference is published again each round") {
  Scenario scenario = gossip(3, "ring");
  scenario.chains.front().sharing.steps = {"top_k"};
  scenario.chains.front().sharing.fraction = 0.5;
  scenario.chains.front().sharing.residual = true;
  CHECK_THROWS_AS(plan_of(scenario), UsageError);
}
