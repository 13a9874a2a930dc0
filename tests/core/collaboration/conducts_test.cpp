#include "core/collaboration/conducts.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/equal.h>

#include <cmath>

#include "core/base/error.hpp"
#include "core/collaboration/chain_learning.hpp"
#include "core/learning/trainer.hpp"
#include "core/scenario/institutions.hpp"
#include "tests/core/collaboration/small_chain.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

BehaviourConfig behaviour(const std::string& kind, const std::vector<std::string>& institutions, double factor = 1.0) {
  BehaviourConfig config;
  config.kind = kind;
  config.institutions = institutions;
  config.factor = factor;
  return config;
}

// Whether the first, second and third clinic are hostile, and how.
std::vector<std::string> names_of(const Scenario& scenario) {
  std::vector<std::string> names;
  const ChainConfig& chain = scenario.chains.front();
  for (const Conduct& conduct : conducts_of(scenario, chain, members_of(scenario, chain))) names.push_back(conduct.name());
  return names;
}

Scenario hostile_scenario(std::vector<BehaviourConfig> behaviours) {
  Scenario scenario = small_scenario();
  scenario.behaviours = std::move(behaviours);
  return scenario;
}

// The second clinic's round 0, everything shared.
struct Round {
  explicit Round(const Scenario& scenario) : pool(2), learning(plan_of(scenario), pool, scenario.evaluation) {
    outcome = learning.start_training(self(), 0).get();
  }
  [[nodiscard]] InstitutionId self() const { return learning.plan().members[1]; }
  [[nodiscard]] at::Tensor published() const { return learning.plan().policy->decode(outcome.update->payload()).values; }

  Pool pool;
  ChainLearning learning;
  RoundOutcome outcome;
};

}  // namespace

TEST_CASE("behaviours reach those whom a name, a group or a pattern names, in the order written") {
  CHECK(names_of(small_scenario()) == std::vector<std::string>{"honest", "honest", "honest"});
  CHECK(names_of(hostile_scenario({behaviour("sign_flip", {"clinic-1"}), behaviour("scaled", {"clinic"}),
                                   behaviour("label_flip", {"*-2", "clinic-1"})})) ==
        std::vector<std::string>{"scaled", "sign_flip, scaled, label_flip", "scaled, label_flip"});
}

TEST_CASE("behaviours on another chain, of validators, and of institutions that are no members do not count") {
  Scenario scenario = hostile_scenario({behaviour("sign_flip", {"clinic-0"}), behaviour("equivocate", {})});
  scenario.behaviours.front().chain = "other";
  scenario.behaviours.back().validators = {0};
  CHECK(names_of(scenario) == std::vector<std::string>{"honest", "honest", "honest"});
  scenario.behaviours.front().chain = "small";
  CHECK(names_of(scenario) == std::vector<std::string>{"sign_flip", "honest", "honest"});
  scenario.chains.front().members = {"clinic-1", "clinic-2"};
  CHECK(names_of(scenario) == std::vector<std::string>{"honest", "honest"});
}

TEST_CASE("what a relayer does to what it carries is no conduct of a member") {
  CHECK(names_of(hostile_scenario({behaviour("forged_proof", {"clinic-0"}), behaviour("scaled", {"clinic-1"})})) ==
        std::vector<std::string>{"honest", "scaled", "honest"});
}

TEST_CASE("an institution cannot behave as only a validator can") {
  CHECK_THROWS_WITH_AS(static_cast<void>(names_of(hostile_scenario({behaviour("withhold", {"clinic-0"})}))),
                       doctest::Contains("needs validators, not institutions"), UsageError);
}

TEST_CASE("a reversed update is what honest training gave, times -factor, and costs as much") {
  const Round honest(small_scenario());
  const Round hostile(hostile_scenario({behaviour("sign_flip", {"clinic-1"}, 4.0)}));
  CHECK(at::equal(hostile.published(), honest.published() * -4.0));
  CHECK(hostile.outcome.train_loss == honest.outcome.train_loss);
  CHECK(hostile.learning.training_samples(hostile.self(), 0) == honest.learning.training_samples(honest.self(), 0));
}

TEST_CASE("a free rider publishes zeros, trains on nothing and has no loss") {
  Scenario scenario = hostile_scenario({behaviour("free_rider", {"clinic-1"})});
  const Round hostile(scenario);
  CHECK(hostile.published().abs().sum().item<double>() == 0.0);
  CHECK(std::isnan(hostile.outcome.train_loss));
  CHECK(hostile.learning.training_samples(hostile.self(), 0) == 0);
  CHECK(hostile.learning.training_flops(hostile.self(), 0) == 0.0);
  scenario.behaviours.front().from_round = 1;
  const Round later(scenario);
  CHECK(at::equal(later.published(), Round(small_scenario()).published()));
  CHECK(later.learning.training_samples(later.self(), 0) == later.learning.training_samples(later.self()));
  CHECK(later.learning.training_samples(later.self(), 1) == 0);
}

TEST_CASE("a free rider under SCAFFOLD publishes a control variate of zeros") {
  Scenario scenario = hostile_scenario({behaviour("free_rider", {"clinic-1"})});
  scenario.chains.front().collaboration.algorithm = "scaffold";
  const Round hostile(scenario);
  const DecodedUpdate decoded = hostile.learning.plan().policy->decode(hostile.outcome.update->payload());
  CHECK(decoded.control.abs().sum().item<double>() == 0.0);
}

TEST_CASE("flipped labels are trained on, and nobody else's are flipped") {
  const Round hostile(hostile_scenario({behaviour("label_flip", {"clinic-1"})}));
  const ChainPlan& plan = hostile.learning.plan();
  auto flipped = std::make_shared<Dataset>(*plan.data_of(hostile.self()).train.dataset);
  flipped->labels = plan.collection.task.classes - 1 - flipped->labels;
  const Rows rows{flipped, plan.data_of(hostile.self()).train.index};
  const TrainResult expected = train({.model = *plan.model,
                                      .start = plan.initial,
                                      .rows = rows,
                                      .collection = plan.collection,
                                      .config = plan.config.training,
                                      .round = 0,
                                      .rounds = plan.config.rounds,
                                      .seed = plan.seed / "train" / hostile.self().value / std::int64_t{0}},
                                     Device::cpu);
  CHECK(at::equal(hostile.published(), expected.parameters.flat() - plan.initial.flat()));
  const ChainPlanPointer honest = plan_of(small_scenario());
  for (const InstitutionId member : plan.members) {
    CHECK(at::equal(plan.data_of(member).train.dataset->labels, honest->data_of(member).train.dataset->labels));
  }
}

TEST_CASE("scaling by 1 changes no bit of the final model") {
  CHECK(same_bits(final_model(small_scenario()), final_model(hostile_scenario({behaviour("scaled", {"clinic"}, 1.0)}))));
}

TEST_CASE("a defence keeps a round with one reversed update of three close to one without") {
  const auto trained = [](const std::string& defence, std::vector<BehaviourConfig> behaviours) {
    Scenario scenario = hostile_scenario(std::move(behaviours));
    scenario.chains.front().collaboration.defence = defence;
    return final_model(scenario).flat();
  };
  const BehaviourConfig reversed = behaviour("sign_flip", {"clinic-1"}, 20.0);
  const at::Tensor honest = trained("none", {});
  const auto distance = [&](const std::string& defence) { return (trained(defence, {reversed}) - honest).norm().item<double>(); };
  CHECK(distance("none") > 5.0 * distance("median"));
}

TEST_CASE("the full-sharing baseline keeps who is hostile, Krum is refused for it no more than for the run") {
  Scenario scenario = hostile_scenario({behaviour("sign_flip", {"clinic-1"})});
  scenario.chains.front().collaboration.defence = "krum";
  scenario.chains.front().collaboration.hostile_share = 0.0;
  const ChainPlanPointer full = with_full_sharing(*plan_of(scenario));
  CHECK(full->conduct_of(full->members[1]).name() == "sign_flip");
}

TEST_CASE("a plan refuses Krum over unlike coordinates and with too few updates") {
  Scenario few = small_scenario();
  few.chains.front().collaboration.defence = "krum";
  few.chains.front().collaboration.hostile_share = 0.4;  // f = 1 of 3
  CHECK_THROWS_WITH_AS(static_cast<void>(plan_of(few)),
                       doctest::Contains("collaboration.defence is \"krum\", which needs n >= 2f + 3"), UsageError);
  Scenario partial = few;
  partial.chains.front().sharing.steps = {"top_k"};
  partial.chains.front().sharing.fraction = 0.5;
  CHECK_THROWS_WITH_AS(static_cast<void>(plan_of(partial)), doctest::Contains("different coordinates"), UsageError);
}
