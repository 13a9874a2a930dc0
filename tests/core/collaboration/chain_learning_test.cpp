#include "core/collaboration/chain_learning.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/zeros.h>

#include "core/learning/trainer.hpp"
#include "tests/core/collaboration/small_chain.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

TEST_CASE("a round of plain averaging is the mean of the members' trained models, weighted by their rows") {
  const Scenario scenario = small_scenario();
  Pool pool(2);
  ChainLearning learning(plan_of(scenario), pool, scenario.evaluation);
  const ChainPlan& plan = learning.plan();
  at::Tensor expected = at::zeros({plan.initial.flat().numel()}, at::kDouble);
  double samples = 0.0;
  for (const InstitutionId member : plan.members) {
    const TrainResult trained = train({.model = *plan.model,
                                       .start = plan.initial,
                                       .rows = plan.data_of(member).train,
                                       .collection = plan.collection,
                                       .config = plan.config.training,
                                       .round = 0,
                                       .rounds = plan.config.rounds,
                                       .seed = plan.seed / "train" / member.value / std::int64_t{0}},
                                      Device::cpu);
    const auto weight = static_cast<double>(plan.data_of(member).train.size());
    expected += weight * trained.parameters.flat().to(at::kDouble);
    samples += weight;
  }
  play_round(learning, 0, plan.members);
  CHECK(at::allclose(learning.global(1).parameters.flat().to(at::kDouble), expected / samples, 1e-5, 1e-7));
}

TEST_CASE("settings that change nothing leave every bit as it was") {
  const ParameterSet plain = final_model(small_scenario());
  const auto with = [](auto change) {
    Scenario scenario = small_scenario();
    change(scenario.chains.front());
    return final_model(scenario);
  };
  CHECK(same_bits(plain, with([](ChainConfig& chain) {
                    chain.collaboration.algorithm = "fedprox";
                    chain.collaboration.mu = 0.0;
                  })));
  CHECK(same_bits(plain, with([](ChainConfig& chain) { chain.sharing.steps = {"top_k"}; })));
  CHECK(same_bits(plain, with([](ChainConfig& chain) { chain.sharing.steps = {"random"}; })));
  CHECK_FALSE(same_bits(plain, with([](ChainConfig& chain) {
                          chain.sharing.steps = {"top_k"};
                          chain.sharing.fraction = 0.5;
                        })));
}

TEST_CASE("the number of threads changes no bit") {
  CHECK(same_bits(final_model(small_scenario(), 1), final_model(small_scenario(), 3)));
}

TEST_CASE("a private head never leaves: the global model keeps its initial one, each member trains its own") {
  Scenario scenario = small_scenario();
  ChainConfig& chain = scenario.chains.front();
  chain.model.kind = "mlp";
  chain.model.widths = {4};
  chain.sharing.steps = {"layers"};
  chain.sharing.private_ = {"head.*"};
  Pool pool(2);
  ChainLearning learning(plan_of(scenario), pool, scenario.evaluation);
  const std::vector<InstitutionId>& members = learning.plan().members;
  for (std::int64_t round = 0; round < 2; ++round) play_round(learning, round, members);
  const auto head = [](const ParameterSet& model) { return model.tensor(2); };  // hidden1.weight, hidden1.bias, head.weight
  REQUIRE(learning.plan().model->layout()->tensors()[2].name == "head.weight");
  const ParameterSet global = learning.global(2).parameters;
  const ParameterSet first = learning.personal_model(members[0], 2), second = learning.personal_model(members[1], 2);
  CHECK(at::equal(head(global), head(learning.plan().initial)));
  CHECK_FALSE(at::equal(head(first), head(second)));
  CHECK(at::equal(first.tensor(0), second.tensor(0)));
}

TEST_CASE("SCAFFOLD publishes its control variates and the server remembers their mean") {
  Scenario scenario = small_scenario();
  scenario.chains.front().collaboration.algorithm = "scaffold";
  Pool pool(2);
  ChainLearning learning(plan_of(scenario), pool, scenario.evaluation);
  const Job<RoundOutcome> job = learning.start_training(learning.plan().members[0], 0);
  const auto weights = static_cast<std::uint64_t>(learning.plan().model->layout()->weights_size());
  CHECK(job.get().update->bytes() >= 2 * 4 * weights);
  play_round(learning, 0, learning.plan().members);
  CHECK(learning.global(1).server.control.abs().sum().item<double>() > 0.0);
}

TEST_CASE("what an update that did not count left out is not forgotten") {
  Scenario scenario = small_scenario();
  scenario.chains.front().sharing.steps = {"top_k"};
  scenario.chains.front().sharing.fraction = 0.25;
  scenario.chains.front().sharing.residual = true;
  Pool pool(1);
  ChainLearning learning(plan_of(scenario), pool, scenario.evaluation);
  const InstitutionId late = learning.plan().members[2];
  learning.finish_training(late, 0, 0, learning.start_training(late, 0).get());  // trained, but the round closes without it
  play_round(learning, 0, {learning.plan().members[0], learning.plan().members[1]});
  CHECK_FALSE(learning.start_training(late, 1).get().next.policy.rounds ==
              2);  // its first published update will be its first
  CHECK(learning.start_training(learning.plan().members[0], 1).get().next.policy.rounds == 2);
}

TEST_CASE("observing measures the global rows and each asked member's own") {
  const Scenario scenario = small_scenario();
  Pool pool(1);
  ChainLearning learning(plan_of(scenario), pool, scenario.evaluation);
  const ChainPlan& plan = learning.plan();
  const Observation observation = learning.observe(0, plan.members).get();
  CHECK(observation.test.rows == 30);
  REQUIRE(observation.members.size() == 3);
  for (const MemberObservation& member : observation.members) {
    const Metrics alone =
        evaluate(*plan.model, plan.initial, plan.data_of(member.institution).test, plan.collection, Device::cpu);
    CHECK(member.local.accuracy == alone.accuracy);
    CHECK(member.local.loss == doctest::Approx(alone.loss));
  }
}
