#include "core/collaboration/member_round.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/full.h>
#include <ATen/ops/sub.h>
#include <ATen/ops/zeros.h>

#include <cstring>
#include <limits>

#include "core/base/digest.hpp"
#include "core/learning/dp_sgd.hpp"
#include "core/learning/remembered.hpp"
#include "core/sharing/scaffold.hpp"

namespace polyclinic {
namespace {

LocalObjective objective_of(const RoundTask& task, const GlobalModel& global) {
  LocalObjective objective;
  const CollaborationConfig& collaboration = task.plan->config.collaboration;
  if (collaboration.algorithm == "fedprox") objective.proximal_mu = collaboration.mu;
  if (task.plan->publishes_control()) {
    objective.gradient_correction = scaffold_correction(task.state.control, global.server.control);
  }
  add_guidance(objective, global.guidance);
  return objective;
}

// Of `start`, what `trainable` says (undefined: everything).
TrainResult train_part(const RoundTask& task, const GlobalModel& global, const ParameterSet& start,
                       const TrainingConfig& config, const char* purpose, const at::Tensor& trainable, Pool& pool) {
  const ChainPlan& plan = *task.plan;
  LocalObjective objective = objective_of(task, global);
  objective.trainable = trainable;
  return train({.model = *plan.model,
                .start = start,
                .rows = plan.conduct_of(task.member).training_rows(plan.data_of(task.member).train, plan.collection.task, task.round),
                .collection = plan.collection,
                .config = config,
                .round = task.round,
                .rounds = plan.config.rounds,
                .seed = uses_dp_sgd(config) ? secret_seed(plan, purpose, task) : member_seed(plan, purpose, task),
                .objective = std::move(objective)},
               pool);
}

// 1 for the weights that are private, or those that are not, and for all buffers.
at::Tensor part_of(const ChainPlan& plan, bool is_private) {
  at::Tensor part = at::full({plan.initial.layout()->size()}, is_private ? 1.0F : 0.0F);
  part.index_fill_(0, plan.policy->shareable(), is_private ? 0.0F : 1.0F);
  const std::int64_t weights = plan.initial.layout()->weights_size();
  part.narrow(0, weights, part.numel() - weights).fill_(1.0F);
  return part;
}

TrainingConfig head_training(const ChainPlan& plan) {
  TrainingConfig config = plan.config.training;
  config.epochs = plan.config.collaboration.head_epochs;
  config.steps = 0;
  return config;
}

bool trains_in_turn(const ChainPlan& plan) { return plan.config.collaboration.algorithm == "fedrep"; }

TrainResult train_member(const RoundTask& task, const GlobalModel& global, const ParameterSet& start, Pool& pool) {
  const Pool::Timer timer(pool, Phase::training);
  const ChainPlan& plan = *task.plan;
  if (!trains_in_turn(plan)) return train_part(task, global, start, plan.config.training, "train", {}, pool);
  const TrainResult own = train_part(task, global, start, head_training(plan), "head", part_of(plan, true), pool);
  return train_part(task, global, own.parameters, plan.config.training, "train", part_of(plan, false), pool);
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

// In place: the trained model itself is not needed any more.
at::Tensor difference(const ChainPlan& plan, const ParameterSet& start, const ParameterSet& trained) {
  at::Tensor delta = trained.flat();
  return delta.sub_(plan.averages_with_neighbours() ? plan.initial.flat() : start.flat());
}

// Whose updates are added up under masks must publish the same coordinates as all others of the round.
Seed common_mask_seed(const ChainPlan& plan, std::int64_t round) { return plan.seed / "share" / round; }

RoundOutcome share_result(const RoundTask& task, const GlobalModel& global, const ParameterSet& start, TrainResult trained,
                          Pool& pool) {
  const Pool::Timer timer(pool, Phase::sharing);
  const ChainPlan& plan = *task.plan;
  RoundOutcome outcome;
  Control control = control_after(task, global, start, trained);
  outcome.next.control = std::move(control.own);
  outcome.next.own = plan.policy->keep(trained.parameters);
  PrivateUpdate update{plan.model->layout(), difference(plan, start, trained.parameters), std::move(control.delta)};
  if (plan.averages_with_neighbours()) outcome.displacement = update.delta.clone();
  update = plan.conduct_of(task.member).alter(std::move(update), task.round, member_seed(plan, "behaviour", task));
  ShareSeeds seeds = share_seeds(plan, "share", task);
  if (plan.masks_updates()) seeds.mask = common_mask_seed(plan, task.round);
  Shared shared = plan.policy->share(update, task.state.policy, seeds);
  outcome.update = std::move(shared.update);
  outcome.egress = shared.egress;
  outcome.base = global.digest;
  outcome.train_loss = trained.mean_loss;
  outcome.next.policy = std::move(shared.state);
  return outcome;
}

}  // namespace

GlobalModel with_digest(ParameterSet parameters, ServerState server) {
  GlobalModel model{std::move(parameters), std::move(server), {}};
  model.digest = model.parameters.digest();
  return model;
}

std::int64_t round_samples(const ChainPlan& plan, std::int64_t rows) {
  const std::int64_t of_head = trains_in_turn(plan) ? training_volume(head_training(plan), rows).samples : 0;
  return of_head + training_volume(plan.config.training, rows).samples;
}

std::int64_t round_steps(const ChainPlan& plan, std::int64_t rows) {
  const std::int64_t of_head = trains_in_turn(plan) ? training_volume(head_training(plan), rows).steps : 0;
  return of_head + training_volume(plan.config.training, rows).steps;
}

Seed member_seed(const ChainPlan& plan, const char* purpose, const RoundTask& task) {
  const Seed seed = plan.seed / purpose / task.member.value / task.round;
  return task.nonce == 0 ? seed : seed / task.nonce;
}

Seed secret_seed(const ChainPlan& plan, const char* purpose, const RoundTask& task) {
  ByteWriter secret;
  secret.put(plan.member_keys[plan.position(task.member)].secret_key).put(member_seed(plan, purpose, task).value());
  const Digest digest = sha256(secret.take());
  std::uint64_t value = 0;
  std::memcpy(&value, digest.bytes.data(), sizeof value);
  return Seed(value);
}

ShareSeeds share_seeds(const ChainPlan& plan, const char* purpose, const RoundTask& task) {
  ShareSeeds seeds{member_seed(plan, purpose, task)};
  if (plan.policy->adds_noise()) seeds.noise = secret_seed(plan, purpose, task);
  return seeds;
}

ParameterSet composed(const RoundTask& task, const ParameterSet& model) {
  return task.plan->policy->compose(model, task.state.own, member_seed(*task.plan, "download", task));
}

RoundOutcome run_round(const RoundTask& task, const GlobalModel& model, Pool& pool) {
  const ParameterSet start = composed(task, model.parameters);
  const bool trains = task.plan->conduct_of(task.member).trains(task.round);
  TrainResult trained = trains ? train_member(task, model, start, pool) : untrained(start);
  return share_result(task, model, start, std::move(trained), pool);
}

}  // namespace polyclinic
