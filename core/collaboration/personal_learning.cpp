#include "core/collaboration/personal_learning.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "core/collaboration/baselines.hpp"

namespace polyclinic {
namespace {

PersonalVolume sum_of(const ChainPlan& plan, InstitutionId member,
                      PersonalVolume (Personalizer::*volume)(const OwnRows&) const) {
  const OwnRows rows = own_rows(plan, member);
  PersonalVolume sum;
  for (const auto& personalizer : plan.personalizers) {
    const PersonalVolume more = (*personalizer.*volume)(rows);
    sum.trained += more.trained;
    sum.evaluated += more.evaluated;
  }
  return sum;
}

Seed round_seed(const RoundTask& task) {
  const Seed seed = local_seed(*task.plan, task.member) / task.round;
  return task.nonce == 0 ? seed : seed / task.nonce;
}

}  // namespace

OwnRows own_rows(const ChainPlan& plan, InstitutionId member) {
  const InstitutionData& data = plan.data_of(member);
  return {data.train, data.validation};
}

PersonalLearning::PersonalLearning(ChainPlanPointer plan, Pool& pool)
    : plan_(std::move(plan)),
      pool_(pool),
      follows_rounds_(
          std::ranges::any_of(plan_->personalizers, [](const auto& method) { return method->follows_rounds(); })),
      starts_(plan_->members.size()),
      states_(plan_->members.size(), PersonalStates(plan_->personalizers.size())) {}

void PersonalLearning::started(const RoundTask& task, ModelSource model) {
  if (!follows_rounds_) return;
  RoundTask kept{task.plan, task.member, task.round, task.nonce, {}};
  kept.state.own = task.state.own;
  starts_[plan_->position(task.member)] = Start{std::move(kept), std::move(model)};
}

PersonalStates PersonalLearning::start_round(InstitutionId member) {
  const std::size_t position = plan_->position(member);
  const std::optional<Start> start = std::exchange(starts_[position], std::nullopt);
  assert(start.has_value() || !follows_rounds_);
  PersonalStates next = states_[position];
  for (std::size_t i = 0; i < next.size(); ++i) {
    if (plan_->personalizers[i]->follows_rounds()) next[i] = submit(i, *start, next[i]);
  }
  return next;
}

void PersonalLearning::finish_round(InstitutionId member, PersonalStates states) {
  states_[plan_->position(member)] = std::move(states);
}

// A job holds what it captured as long as its result: it lets go of the state before, and of the model.
Job<PersonalState> PersonalLearning::submit(std::size_t method, const Start& start,
                                            std::optional<Job<PersonalState>> before) {
  return pool_.submit(Urgency::simulation, [personalizer = plan_->personalizers[method], held = start,
                                            previous = std::move(before), &pool = pool_]() mutable {
    const Start own = std::exchange(held, {});
    const std::optional<Job<PersonalState>> state = std::exchange(previous, std::nullopt);
    const RoundTask& task = own.task;
    const PersonalRound round{composed(task, own.model().parameters), state ? state->get() : PersonalState{},
                              own_rows(*task.plan, task.member), task.round, round_seed(task)};
    const Pool::Timer timer(pool, Phase::training);
    return personalizer->follow(round, pool);
  });
}

PersonalVolume PersonalLearning::round_volume(InstitutionId member) const {
  return sum_of(*plan_, member, &Personalizer::round_volume);
}

PersonalVolume PersonalLearning::final_volume(InstitutionId member) const {
  return sum_of(*plan_, member, &Personalizer::final_volume);
}

}  // namespace polyclinic
