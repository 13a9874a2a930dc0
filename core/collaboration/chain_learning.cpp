#include "core/collaboration/chain_learning.hpp"

#include <ATen/ATen.h>

#include <cassert>
#include <limits>

#include "core/sharing/scaffold.hpp"

namespace polyclinic {
namespace {

// Everything that one member's round is a function of.
struct RoundTask {
  ChainPlanPointer plan;
  InstitutionId member;
  std::int64_t round = 0;
  MemberState state;
};

Seed member_seed(const ChainPlan& plan, const char* purpose, InstitutionId member, std::int64_t round) {
  return plan.seed / purpose / member.value / round;
}

ParameterSet composed(const RoundTask& task, const ParameterSet& global) {
  return task.plan->policy->compose(global, task.state.own, member_seed(*task.plan, "download", task.member, task.round));
}

LocalObjective objective_of(const RoundTask& task, const GlobalModel& global) {
  LocalObjective objective;
  const CollaborationConfig& collaboration = task.plan->config.collaboration;
  if (collaboration.algorithm == "fedprox") objective.proximal_mu = collaboration.mu;
  if (task.plan->publishes_control()) {
    objective.gradient_correction = scaffold_correction(task.state.control, global.server.control);
  }
  return objective;
}

TrainResult train_member(const RoundTask& task, const GlobalModel& global, const ParameterSet& start, Pool& pool) {
  const Pool::Timer timer(pool, Phase::training);
  const ChainPlan& plan = *task.plan;
  return train({.model = *plan.model,
                .start = start,
                .rows = plan.conduct_of(task.member).training_rows(plan.data_of(task.member).train, plan.collection.task, task.round),
                .collection = plan.collection,
                .config = plan.config.training,
                .round = task.round,
                .rounds = plan.config.rounds,
                .seed = member_seed(plan, "train", task.member, task.round),
                .objective = objective_of(task, global)},
               pool.device());
}

TrainResult untrained(const ParameterSet& start) {
  TrainResult result;
  result.parameters = ParameterSet(start.layout(), start.flat().clone());
  result.mean_loss = std::numeric_limits<double>::quiet_NaN();
  return result;
}

// SCAFFOLD's new c_i, and the difference that is published. Where no step was taken, nothing was learned of it.
struct Control {
  at::Tensor own;
  at::Tensor delta;
};

Control control_after(const RoundTask& task, const GlobalModel& global, const ParameterSet& start, const TrainResult& trained) {
  const ChainPlan& plan = *task.plan;
  const at::Tensor& own = task.state.control;
  if (!plan.publishes_control()) return {};
  if (trained.steps == 0) return {own, at::zeros({plan.model->layout()->weights_size()}, at::kFloat)};
  at::Tensor updated = updated_control(own, global.server.control, {start, trained.parameters, trained.steps, trained.lr},
                                       plan.policy->shareable());
  at::Tensor delta = own.defined() ? at::sub(updated, own) : updated;
  return {std::move(updated), std::move(delta)};
}

RoundOutcome share_result(const RoundTask& task, const GlobalModel& global, const ParameterSet& start, TrainResult trained,
                          Pool& pool) {
  const Pool::Timer timer(pool, Phase::sharing);
  const ChainPlan& plan = *task.plan;
  RoundOutcome outcome;
  Control control = control_after(task, global, start, trained);
  PrivateUpdate update{plan.model->layout(), {}, std::move(control.delta)};
  outcome.next.control = std::move(control.own);
  outcome.next.own = plan.policy->keep(trained.parameters);
  update.delta = trained.parameters.flat();
  update.delta.sub_(start.flat());  // in place: the trained model itself is not needed any more
  update = plan.conduct_of(task.member)
               .alter(std::move(update), task.round, member_seed(plan, "behaviour", task.member, task.round));
  Shared shared = plan.policy->share(update, task.state.policy, member_seed(plan, "share", task.member, task.round));
  outcome.update = std::move(shared.update);
  outcome.egress = shared.egress;
  outcome.base = global.digest;
  outcome.train_loss = trained.mean_loss;
  outcome.next.policy = std::move(shared.state);
  return outcome;
}

RoundOutcome run_round(const RoundTask& task, const GlobalModel& global, Pool& pool) {
  const ParameterSet start = composed(task, global.parameters);
  const bool trains = task.plan->conduct_of(task.member).trains(task.round);
  TrainResult trained = trains ? train_member(task, global, start, pool) : untrained(start);
  return share_result(task, global, start, std::move(trained), pool);
}

GlobalModel make_global(Aggregate aggregate) {
  GlobalModel global{std::move(aggregate.parameters), std::move(aggregate.state), {}};
  global.digest = global.parameters.digest();
  return global;
}

std::vector<Contribution> contributions_of(const ClosedRound& closed, std::vector<SharedUpdatePointer> updates) {
  assert(updates.size() == closed.updates.size());
  std::vector<Contribution> contributions;
  for (std::size_t i = 0; i < updates.size(); ++i) {
    const Transaction& transaction = closed.updates[i];
    contributions.push_back({transaction.author, static_cast<std::int64_t>(transaction.samples), std::move(updates[i])});
  }
  return contributions;
}

}  // namespace

ChainLearning::ChainLearning(ChainPlanPointer plan, Pool& pool, const EvaluationConfig& evaluation)
    : plan_(std::move(plan)),
      pool_(pool),
      evaluation_(evaluation),
      states_(plan_->members.size()),
      pending_(plan_->members.size()) {
  globals_.emplace(0, pool_.submit(Urgency::simulation, [plan = plan_] { return make_global({plan->initial, {}}); }));
}

Job<RoundOutcome> ChainLearning::start_training(InstitutionId member, std::int64_t round) const {
  RoundTask task{plan_, member, round, state_of(member)};
  return pool_.submit(Urgency::simulation, [task = std::move(task), global = this->global(round), &pool = pool_] {
    return run_round(task, global.get(), pool);
  });
}

void ChainLearning::finish_training(InstitutionId member, std::int64_t round, const RoundOutcome& outcome) {
  const std::size_t position = plan_->position(member);
  states_[position].own = outcome.next.own;
  pending_[position] = {round, outcome.next.policy, outcome.next.control};
}

void ChainLearning::settle(const ClosedRound& closed) {
  for (const Transaction& update : closed.updates) {
    const std::size_t position = plan_->position(update.author);
    Pending& pending = pending_[position];
    if (pending.round != closed.round) continue;
    states_[position].policy = std::move(pending.policy);
    states_[position].control = std::move(pending.control);
    pending = {};
  }
}

std::int64_t ChainLearning::training_samples(InstitutionId member) const {
  return training_volume(plan_->config.training, plan_->data_of(member).train.size()).samples;
}

std::int64_t ChainLearning::training_samples(InstitutionId member, std::int64_t round) const {
  return plan_->conduct_of(member).trains(round) ? training_samples(member) : 0;
}

void ChainLearning::close(const ClosedRound& closed, std::vector<SharedUpdatePointer> updates) {
  assert(closed.round == closed_rounds());
  settle(closed);
  Job<GlobalModel> next =
      pool_.submit(Urgency::simulation, [plan = plan_, previous = global(closed.round), &pool = pool_,
                                         contributions = contributions_of(closed, std::move(updates))]() mutable {
        const GlobalModel& before = previous.get();
        const Pool::Timer timer(pool, Phase::aggregation);
        return make_global(plan->aggregator->aggregate(before.parameters, before.server, std::move(contributions),
                                                       static_cast<std::int64_t>(plan->members.size())));
      });
  globals_.emplace(closed.round + 1, std::move(next));
  globals_.erase(closed.round - 1);
}

Job<Observation> ChainLearning::observe(std::int64_t rounds, std::vector<InstitutionId> members) const {
  std::vector<MemberState> states;
  if (plan_->policy->has_private_part()) {
    for (const InstitutionId member : members) states.push_back(state_of(member));
  }
  return pool_.submit(Urgency::simulation, [plan = plan_, global = this->global(rounds), rounds, &pool = pool_,
                                            on_own_rows = evaluation_.members, members = std::move(members),
                                            states = std::move(states)] {
    const GlobalModel& model = global.get();
    const Pool::Timer timer(pool, Phase::evaluation);
    if (states.empty()) {
      return observe_common(*plan, model.parameters, on_own_rows ? members : std::vector<InstitutionId>{}, pool.device());
    }
    std::vector<ObservedModel> models;
    for (std::size_t i = 0; i < members.size(); ++i) {
      models.push_back(
          {members[i], composed({plan, members[i], rounds, states[i]}, model.parameters), states[i].own.numbers.defined()});
    }
    return observe_personal(*plan, models, on_own_rows, pool.device());
  });
}

ParameterSet ChainLearning::personal_model(InstitutionId member, std::int64_t rounds) const {
  return composed({plan_, member, rounds, state_of(member)}, global(rounds).get().parameters);
}

}  // namespace polyclinic
