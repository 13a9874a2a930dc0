#include "core/collaboration/baselines.hpp"

#include <cmath>
#include <limits>
#include <optional>

#include "core/base/error.hpp"
#include "core/learning/dp_sgd.hpp"
#include "core/learning/remembered.hpp"

namespace polyclinic {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
constexpr Metrics unmeasured{undefined, undefined, undefined, undefined, 0};

// Who trains on what, and how it is measured.
struct Course {
  ChainPlanPointer plan;
  TrainingConfig training;       // the chain's, without DP-SGD
  Rows rows;
  Rows own_test;                 // empty for the centralized machine
  double steps_per_round = 0.0;  // used where it is not simply whole epochs
  EvaluationConfig evaluation;
  Seed seed{0};
};

// Steps of this round so that the sum over rounds stays within one step of the budget; nothing where epochs say it all.
std::optional<std::int64_t> steps_of_round(const Course& course, std::int64_t round) {
  if (course.steps_per_round <= 0.0) return std::nullopt;
  const auto until = [&](std::int64_t rounds) {
    return std::llround(course.steps_per_round * static_cast<double>(rounds));
  };
  return until(round + 1) - until(round);
}

BaselinePoint measured(const Course& course, const ParameterSet& model, BaselinePoint point, Pool& pool) {
  point.test = point.local = unmeasured;
  const ChainPlan& plan = *course.plan;
  if (!is_evaluated(course.evaluation, point.round, plan.config.rounds)) return point;
  const Pool::Timer timer(pool, Phase::evaluation);
  point.test = evaluate(*plan.model, model, plan.test, plan.collection, pool);
  if (course.own_test.size() > 0) {
    point.local = evaluate(*plan.model, model, course.own_test, plan.collection, pool);
  }
  return point;
}

TrainResult train_round(const Course& course, const TrainResult& before, std::int64_t round,
                        std::optional<std::int64_t> steps, Pool& pool) {
  const Pool::Timer timer(pool, Phase::training);
  const ChainPlan& plan = *course.plan;
  return train({.model = *plan.model,
                .start = before.parameters,
                .rows = course.rows,
                .collection = plan.collection,
                .config = course.training,
                .round = round,
                .rounds = plan.config.rounds,
                .seed = course.seed / round,
                .optimizer = before.optimizer,
                .steps = steps},
               pool);
}

BaselineRun follow(const Course& course, Pool& pool) {
  TrainResult state;
  state.parameters = course.plan->initial;
  BaselinePoint point;
  point.train_loss = undefined;
  BaselineRun run;
  run.points.push_back(measured(course, state.parameters, point, pool));
  for (std::int64_t round = 0; round < course.plan->config.rounds; ++round) {
    require(!pool.stopping(), "interrupted");
    const auto steps = steps_of_round(course, round);
    point.round = round + 1;
    point.train_loss = undefined;
    if (!steps || *steps > 0) {
      state = train_round(course, state, round, steps, pool);
      point.samples += state.samples;
      point.train_loss = state.mean_loss;
    }
    run.points.push_back(measured(course, state.parameters, point, pool));
  }
  run.final_model = state.parameters;
  return run;
}

// Steps a round over `rows` rows with the collaboration's budget: 0 where whole epochs over all rows are exactly it.
double budget_steps(const ChainPlan& plan, std::int64_t rows, double steps_of_all_members) {
  const TrainingConfig& training = plan.config.training;
  if (training.steps > 0) return steps_of_all_members * plan.participation();
  if (plan.participation() == 1.0) return 0.0;
  return plan.participation() * static_cast<double>(training_volume(training, rows).steps);
}

Job<BaselineRun> start(Course course, Pool& pool) {
  return pool.submit(Urgency::background, [course = std::move(course), &pool] { return follow(course, pool); });
}

}  // namespace

Seed local_seed(const ChainPlan& plan, InstitutionId member) { return plan.seed / "local" / member.value; }

bool is_evaluated(const EvaluationConfig& evaluation, std::int64_t round, std::int64_t rounds) {
  if (evaluation.every == 0) return false;
  return round == rounds || round % evaluation.every == 0;
}

std::vector<InstitutionId> local_members(const ChainPlan& plan, std::int64_t count) {
  const auto all = static_cast<std::int64_t>(plan.members.size());
  if (count <= 0 || count >= all) return plan.members;
  std::vector<InstitutionId> chosen;
  for (std::int64_t i = 0; i < count; ++i) chosen.push_back(plan.members[static_cast<std::size_t>(i * all / count)]);
  return chosen;
}

Job<BaselineRun> start_centralized(ChainPlanPointer plan, const EvaluationConfig& evaluation, Pool& pool) {
  std::vector<Rows> parts;
  for (const InstitutionData& share : plan->data) parts.push_back(share.train);
  const Rows rows = pooled(parts);
  const auto members = static_cast<double>(plan->members.size());
  const double steps = budget_steps(*plan, rows.size(), members * static_cast<double>(plan->config.training.steps));
  const TrainingConfig training = without_dp_sgd(plan->config.training);
  return start({plan, training, rows, {}, steps, evaluation, plan->seed / "centralized"}, pool);
}

Job<BaselineRun> start_local(ChainPlanPointer plan, InstitutionId member, const EvaluationConfig& evaluation, Pool& pool) {
  const InstitutionData& data = plan->data_of(member);
  const double steps = budget_steps(*plan, data.train.size(), static_cast<double>(plan->config.training.steps));
  const TrainingConfig training = without_dp_sgd(plan->config.training);
  return start({plan, training, data.train, data.test, steps, evaluation, local_seed(*plan, member)}, pool);
}

}  // namespace polyclinic
