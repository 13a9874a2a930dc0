#include "core/probing/shadows.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/cat.h>

#include <algorithm>
#include <map>

#include "core/collaboration/baselines.hpp"
#include "core/collaboration/member_round.hpp"
#include "core/collaboration/personal_learning.hpp"

namespace polyclinic {
namespace {

Rows chosen(const InstitutionCandidates& of_one, const std::vector<bool>& is_in, std::size_t first) {
  std::vector<at::Tensor> index{of_one.fixed.index};
  for (std::int64_t i = 0; i < of_one.rows.size(); ++i) {
    if (is_in[first + static_cast<std::size_t>(i)]) index.push_back(of_one.rows.index.narrow(0, i, 1));
  }
  return {of_one.rows.dataset, at::cat(index)};
}

// One shadow collaboration, round by round.
class Shadow {
 public:
  Shadow(const ShadowSetting& setting, ChainPlanPointer plan, Pool& pool)
      : setting_(setting), plan_(std::move(plan)), pool_(pool), states_(plan_->members.size()), global_(with_digest(plan_->initial, {})) {
    remains_.updates.resize(setting.candidates.size());
    if (setting.wants_personal) personal_.resize(setting.candidates.size(), {plan_->personalizers.size(), PersonalState{}});
  }

  Remains run() {
    for (std::int64_t round = 0; round < plan_->config.rounds; ++round) take_round(round);
    remains_.model = global_.parameters;
    if (setting_.wants_personal) personalize();
    return std::move(remains_);
  }

 private:
  void take_round(std::int64_t round) {
    if (static_cast<std::size_t>(round) < setting_.guidance.size()) global_.guidance = setting_.guidance[static_cast<std::size_t>(round)];
    std::vector<Contribution> contributions;
    for (const InstitutionId member : participants(*plan_->rounds, round)) contributions.push_back(contribute(member, round));
    const Pool::Timer timer(pool_, Phase::aggregation);
    Aggregate next = plan_->aggregator->aggregate(global_.parameters, global_.server, std::move(contributions), std::ssize(plan_->members));
    global_ = with_digest(std::move(next.parameters), std::move(next.state));
  }

  Contribution contribute(InstitutionId member, std::int64_t round) {
    MemberState& state = states_[plan_->position(member)];
    const RoundTask task{plan_, member, round, 0, state};
    RoundOutcome outcome = run_round(task, global_, pool_);
    follow(task);
    state = std::move(outcome.next);
    const std::int64_t samples = plan_->data_of(member).train.size();
    observe_update(member, round, samples, *outcome.update);
    return {.author = member, .samples = samples, .update = std::move(outcome.update), .version = round};
  }

  [[nodiscard]] std::ptrdiff_t place_of(InstitutionId member) const {
    const auto found = std::ranges::find(setting_.candidates, member, &InstitutionCandidates::institution);
    return found == setting_.candidates.end() ? -1 : found - setting_.candidates.begin();
  }

  void observe_update(InstitutionId member, std::int64_t round, std::int64_t samples, const SharedUpdate& update) {
    const std::ptrdiff_t place = place_of(member);
    if (!setting_.wants_updates || place < 0) return;
    remains_.updates[static_cast<std::size_t>(place)].push_back(
        observe({update.payload(), *plan_->policy, global_.parameters, round, samples, false}));
  }

  void follow(const RoundTask& task) {
    const std::ptrdiff_t place = place_of(task.member);
    if (!setting_.wants_personal || place < 0) return;
    const Pool::Timer timer(pool_, Phase::training);
    for (std::size_t method = 0; method < plan_->personalizers.size(); ++method) {
      const Personalizer& personalizer = *plan_->personalizers[method];
      if (!personalizer.follows_rounds()) continue;
      PersonalState& state = personal_[static_cast<std::size_t>(place)][method];
      state = personalizer.follow({composed(task, global_.parameters), state, own_rows(*plan_, task.member), task.round,
                                   local_seed(*plan_, task.member) / task.round},
                                  pool_);
    }
  }

  void personalize() {
    for (std::size_t place = 0; place < setting_.candidates.size(); ++place) {
      const InstitutionId member = setting_.candidates[place].institution;
      const ParameterSet own = composed({plan_, member, plan_->config.rounds, 0, states_[plan_->position(member)]}, global_.parameters);
      for (std::size_t method = 0; method < plan_->personalizers.size(); ++method) {
        const Personalizer& personalizer = *plan_->personalizers[method];
        remains_.personal.push_back(personalizer.needs_alone() ? ParameterSet() : finish(personalizer, own, place, method));
      }
    }
  }

  ParameterSet finish(const Personalizer& personalizer, const ParameterSet& own, std::size_t place, std::size_t method) {
    const InstitutionId member = setting_.candidates[place].institution;
    const Pool::Timer timer(pool_, Phase::training);
    return personalizer.finish({own, {}, personal_[place][method], own_rows(*plan_, member), local_seed(*plan_, member)}, pool_).parameters;
  }

  const ShadowSetting& setting_;
  ChainPlanPointer plan_;
  Pool& pool_;
  std::vector<MemberState> states_;                    // by position in the plan's members
  std::vector<std::vector<PersonalState>> personal_;   // by institution of the candidates, then by method
  GlobalModel global_;
  Remains remains_;
};

}  // namespace

std::vector<std::vector<bool>> toss_coins(std::int64_t shadows, std::int64_t candidates, Seed seed) {
  std::vector<std::vector<bool>> coins;
  for (std::int64_t pair = 0; pair < shadows / 2; ++pair) {
    Random random(seed / pair);
    std::vector<bool> heads, tails;
    for (std::int64_t i = 0; i < candidates; ++i) {
      heads.push_back(random.below(2) == 1);
      tails.push_back(!heads.back());
    }
    coins.push_back(std::move(heads));
    coins.push_back(std::move(tails));
  }
  return coins;
}

void leave_nobody_empty(std::vector<std::vector<bool>>& coins, const std::vector<InstitutionCandidates>& candidates) {
  std::size_t first = 0;
  for (const InstitutionCandidates& of_one : candidates) {
    for (std::size_t shadow = 0; shadow < coins.size(); ++shadow) {
      if (chosen(of_one, coins[shadow], first).size() > 0) continue;
      coins[shadow][first] = true;
      coins[shadow ^ 1U][first] = false;
    }
    first += static_cast<std::size_t>(of_one.rows.size());
  }
}

ChainPlanPointer resampled(const ShadowSetting& setting, const std::vector<bool>& is_in, Seed seed) {
  ChainPlan plan = *setting.plan;
  plan.seed = seed;
  std::size_t first = 0;
  for (const InstitutionCandidates& of_one : setting.candidates) {
    plan.data[plan.position(of_one.institution)].train = chosen(of_one, is_in, first);
    first += static_cast<std::size_t>(of_one.rows.size());
  }
  return std::make_shared<const ChainPlan>(std::move(plan));
}

Remains run_shadow(const ShadowSetting& setting, const std::vector<bool>& is_in, Seed seed, Pool& pool) {
  return Shadow(setting, resampled(setting, is_in, seed), pool).run();
}

}  // namespace polyclinic
