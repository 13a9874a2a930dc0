#include "core/collaboration/scoring.hpp"

#include "core/collaboration/chain_learning.hpp"
#include "core/learning/evaluation.hpp"
#include "tests/core/collaboration/small_chain.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;
using doctest::Approx;

namespace {

// One honest member, and one whose update is reversed and four times as long; what the third thinks of both.
struct Votes {
  explicit Votes(double tolerance, double factor = 4.0) : pool(2, Device::cpu) {
    Scenario scenario = small_scenario();
    scenario.chains.front().collaboration.score_tolerance = tolerance;
    BehaviourConfig hostile;
    hostile.kind = "sign_flip";
    hostile.institutions = {"*-1"};
    hostile.factor = factor;
    scenario.behaviours = {hostile};
    plan = plan_of(scenario);
    ChainLearning learning(plan, pool, scenario.evaluation);
    start = learning.global(0);
    for (int member = 0; member < 2; ++member) {
      updates.push_back(learning.start_training(plan->members[static_cast<std::size_t>(member)], 0).get().update);
    }
  }
  [[nodiscard]] Score on(std::size_t update) {
    return score_update({plan, plan->members[2], 0, 0, {}}, start, updates[update], pool);
  }

  Pool pool;
  ChainPlanPointer plan;
  GlobalModel start;
  std::vector<SharedUpdatePointer> updates;
};

}  // namespace

TEST_CASE("an honest update lowers the scorer's loss and is accepted, a reversed one raises it and is not") {
  Votes votes(0.0);
  const Score honest = votes.on(0), hostile = votes.on(1);
  CHECK(honest.loss_after < honest.loss_before);
  CHECK(honest.accepted);
  CHECK(hostile.loss_after > hostile.loss_before);
  CHECK_FALSE(hostile.accepted);
  CHECK(honest.loss_before == hostile.loss_before);
}

TEST_CASE("the tolerance decides") {
  Votes votes(1e6);
  CHECK(votes.on(1).accepted);
}

TEST_CASE("the losses are those of the model before, and of the model plus the whole update, on the scorer's validation rows") {
  Votes votes(0.0);
  const ChainPlan& plan = *votes.plan;
  const Rows& rows = plan.data_of(plan.members[2]).validation;
  REQUIRE(rows.size() > 0);
  CHECK(scoring_flops(plan, plan.members[2]) ==
        2.0 * static_cast<double>(plan.model->forward_flops_per_sample()) * static_cast<double>(rows.size()));
  const auto loss = [&](const ParameterSet& parameters) {
    return evaluate(*plan.model, parameters, rows, plan.collection, Device::cpu).loss;
  };
  CHECK(votes.on(0).loss_before == loss(votes.start.parameters));
  const Aggregate after = plan.aggregator->aggregate(votes.start.parameters, votes.start.server,
                                                     {Contribution{plan.members[0], 7, votes.updates[0]}}, 3);
  CHECK(votes.on(0).loss_after == loss(after.parameters));
}
