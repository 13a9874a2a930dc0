#include "core/collaboration/baselines.hpp"

#include <cmath>

#include "tests/core/collaboration/small_chain.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

std::int64_t train_rows(const ChainPlan& plan) {
  std::int64_t rows = 0;
  for (const InstitutionData& data : plan.data) rows += data.train.size();
  return rows;
}

}  // namespace

TEST_CASE("centralized training sees every training row once an epoch, from the collaboration's own initial model") {
  const Scenario scenario = small_scenario();
  const ChainPlanPointer plan = plan_of(scenario);
  Pool pool(1);
  const BaselineRun run = start_centralized(plan, scenario.evaluation, pool).get();
  REQUIRE(run.points.size() == 3);
  CHECK(run.points[0].samples == 0);
  CHECK(run.points[1].samples == train_rows(*plan));
  CHECK(run.points[2].samples == 2 * train_rows(*plan));
  CHECK(run.points[0].test.loss == evaluate(*plan->model, plan->initial, plan->test, plan->collection, Device::cpu).loss);
}

TEST_CASE("centralized training learns") {
  Scenario scenario = small_scenario();
  scenario.chains.front().rounds = 30;
  Pool pool(1);
  const BaselineRun run = start_centralized(plan_of(scenario), scenario.evaluation, pool).get();
  CHECK(run.points.back().train_loss < run.points[1].train_loss);
}

TEST_CASE("an institution alone sees its own rows as often") {
  const Scenario scenario = small_scenario();
  const ChainPlanPointer plan = plan_of(scenario);
  Pool pool(1);
  const BaselineRun run = start_local(plan, plan->members[1], scenario.evaluation, pool).get();
  CHECK(run.points[2].samples == 2 * plan->data[1].train.size());
  CHECK(run.points[2].local.rows == plan->data[1].test.size());
}

TEST_CASE("where one of three takes part in a round, the baselines' budget is a third") {
  Scenario scenario = small_scenario();
  scenario.chains.front().rounds = 30;
  scenario.chains.front().collaboration.participants = 1;
  const ChainPlanPointer plan = plan_of(scenario);
  Pool pool(1);
  const double epochs = 30.0 / 3.0;
  const BaselineRun centralized = start_centralized(plan, scenario.evaluation, pool).get();
  const double samples = static_cast<double>(centralized.points.back().samples);
  CHECK(samples / static_cast<double>(train_rows(*plan)) == doctest::Approx(epochs).epsilon(0.1));
}

TEST_CASE("one institution alone on a chain is its own centralized machine in budget") {
  Scenario scenario = small_scenario();
  scenario.groups[0].count = 1;
  const ChainPlanPointer plan = plan_of(scenario);
  Pool pool(1);
  CHECK(start_centralized(plan, scenario.evaluation, pool).get().points.back().samples ==
        start_local(plan, plan->members[0], scenario.evaluation, pool).get().points.back().samples);
}

TEST_CASE("baselines train without DP-SGD where the collaboration has it, full sharing trains with it") {
  const Scenario plain = small_scenario();
  Scenario noisy = plain;
  noisy.chains.front().training.sample_clip_norm = 0.5;
  noisy.chains.front().training.noise_multiplier = 1.0;
  const ChainPlanPointer plan = plan_of(plain), with_noise = plan_of(noisy);
  Pool pool(1);
  const auto centralized = [&](const ChainPlanPointer& of) {
    return start_centralized(of, plain.evaluation, pool).get().final_model.digest();
  };
  const auto local = [&](const ChainPlanPointer& of) {
    return start_local(of, of->members[1], plain.evaluation, pool).get().final_model.digest();
  };
  CHECK(centralized(with_noise) == centralized(plan));
  CHECK(local(with_noise) == local(plan));
  CHECK(with_full_sharing(*with_noise)->config.training == with_noise->config.training);
}

TEST_CASE("evaluation happens every so many rounds, and always at the end") {
  EvaluationConfig every_fourth;
  every_fourth.every = 4;
  CHECK(is_evaluated(every_fourth, 0, 10));
  CHECK_FALSE(is_evaluated(every_fourth, 3, 10));
  CHECK(is_evaluated(every_fourth, 4, 10));
  CHECK(is_evaluated(every_fourth, 10, 10));
  EvaluationConfig never;
  never.every = 0;
  CHECK_FALSE(is_evaluated(never, 10, 10));
}

TEST_CASE("a sample of the members is evenly spaced") {
  Scenario scenario = small_scenario();
  scenario.groups[0].count = 6;
  const ChainPlanPointer plan = plan_of(scenario);
  CHECK((local_members(*plan, 0) == plan->members));  // in parentheses: doctest cannot print a list of ids
  CHECK((local_members(*plan, 3) == std::vector<InstitutionId>{{0}, {2}, {4}}));
}
