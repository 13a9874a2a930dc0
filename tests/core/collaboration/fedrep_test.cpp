// FedRep (Collins et al. 2021, algorithm 1) within a member's round: first the private part, then the shared one.
#include <ATen/core/Tensor.h>
#include <ATen/ops/equal.h>

#include "core/base/error.hpp"
#include "core/collaboration/member_round.hpp"
#include "tests/core/collaboration/small_chain.hpp"
#include "tests/core/personalization/two_numbers.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;
using doctest::Approx;

namespace {

// One member with the row x = 2 of class 1, whose bias stays private, and steps of length log3.
ChainPlanPointer two_number_plan(std::int64_t head_epochs = 1) {
  ChainPlan plan;
  plan.config.training.lr = log3;
  plan.config.collaboration.algorithm = "fedrep";
  plan.config.collaboration.head_epochs = head_epochs;
  plan.config.sharing.steps = {"layers"};
  plan.config.sharing.private_ = {"head.bias"};
  plan.collection = one_feature();
  plan.members = {InstitutionId{0}};
  plan.data = {{rows_of({{2.0F, 1}}), {}, {}}};
  plan.conducts = {Conduct()};
  plan.model = two_number_model();
  plan.initial = model_at(0.0, 0.0);
  plan.policy = make_share_policy(plan.config.sharing, plan.initial.layout());
  return std::make_shared<const ChainPlan>(std::move(plan));
}

RoundOutcome round_of(const ChainPlanPointer& plan) {
  Pool pool(1);
  return run_round({plan, InstitutionId{0}, 0, 0, {}}, with_digest(plan->initial, {}), pool);
}

Scenario fedrep_scenario() {
  Scenario scenario = small_scenario();
  ChainConfig& chain = scenario.chains.front();
  chain.model.kind = "mlp";
  chain.model.widths = {4};
  chain.sharing.steps = {"layers"};
  chain.sharing.private_ = {"head.*"};
  chain.collaboration.algorithm = "fedrep";
  return scenario;
}

}  // namespace

// At (0, 0) p = 1/2: the bias's step gives c = 1/2 log3, so that d = 2 c = log3 and p = 3/4; then the weight's, from there,
// gives s = 1/4 2 log3 = 1/2 log3, and c stays.
TEST_CASE(
    "the private part takes its step with the shared one frozen, then the shared one with the private one frozen, by "
    "hand") {
  const ChainPlanPointer plan = two_number_plan();
  const RoundOutcome outcome = round_of(plan);
  const at::Tensor shared = plan->policy->decode(outcome.update->payload()).values;
  REQUIRE(shared.numel() == 2);
  CHECK(shared[0].item<double>() == Approx(-0.5 * log3).epsilon(1e-6));
  CHECK(shared[1].item<double>() == Approx(0.5 * log3).epsilon(1e-6));
  REQUIRE(outcome.next.own.numbers.numel() == 2);
  CHECK(outcome.next.own.numbers[0].item<double>() == Approx(-0.5 * log3).epsilon(1e-6));
  CHECK(outcome.next.own.numbers[1].item<double>() == Approx(0.5 * log3).epsilon(1e-6));
  CHECK(outcome.train_loss == Approx(-std::log(0.75)).epsilon(1e-6));  // of the shared part's epoch
}

// A second step of the bias starts at p = 3/4: c = (1/2 + 1/4) log3.
TEST_CASE("the private part takes head_epochs epochs") {
  CHECK(round_of(two_number_plan(2)).next.own.numbers[1].item<double>() == Approx(0.75 * log3).epsilon(1e-6));
}

TEST_CASE("a round of fedrep processes the rows of both parts") {
  CHECK(round_samples(*two_number_plan(3), 10) == (3 + 1) * 10);
  const ChainPlanPointer plan = plan_of(small_scenario());
  CHECK(round_samples(*plan, 10) == 10);
}

TEST_CASE("fedrep plays its rounds: a common body, heads of their own, another result than training both at once") {
  Pool pool(2);
  const Scenario scenario = fedrep_scenario();
  ChainLearning learning(plan_of(scenario), pool, scenario.evaluation);
  for (std::int64_t round = 0; round < 2; ++round) play_round(learning, round, learning.plan().members);
  const ParameterSet first = learning.personal_model(learning.plan().members[0], 2);
  const ParameterSet second = learning.personal_model(learning.plan().members[1], 2);
  CHECK(at::equal(first.tensor(0), second.tensor(0)));
  CHECK_FALSE(at::equal(first.tensor(2), second.tensor(2)));
  Scenario at_once = fedrep_scenario();
  at_once.chains.front().collaboration.algorithm = "fedavg";
  CHECK_FALSE(same_bits(final_model(scenario), final_model(at_once)));
  CHECK(same_bits(final_model(scenario, 1), final_model(scenario, 3)));
}

TEST_CASE("fedrep without private weights is refused") {
  Scenario scenario = fedrep_scenario();
  scenario.chains.front().sharing = {};
  CHECK_THROWS_WITH_AS((void)plan_of(scenario),
                       doctest::Contains("collaboration.algorithm is \"fedrep\", which needs weights that stay private"),
                       UsageError);
}
