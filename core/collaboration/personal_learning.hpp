// The members' own models while the collaboration goes on: each method that follows its rounds takes steps of its own after
// those of a member. They start from what the collaboration makes, and nothing of that depends on them.
#pragma once

#include <optional>
#include <vector>

#include "core/collaboration/model_history.hpp"
#include "core/collaboration/plan.hpp"
#include "core/compute/pool.hpp"
#include "core/personalization/personalizer.hpp"

namespace polyclinic {

// What the chain's methods keep for one member, by position; nothing of those that do not follow rounds, or have not yet.
using PersonalStates = std::vector<std::optional<Job<PersonalState>>>;

// The rows that a member may personalize with: never its test rows.
[[nodiscard]] OwnRows own_rows(const ChainPlan& plan, InstitutionId member);

class PersonalLearning {
 public:
  PersonalLearning(ChainPlanPointer plan, Pool& pool);

  // Whether any method follows rounds: else there is nothing to start or to finish.
  [[nodiscard]] bool follows_rounds() const { return follows_rounds_; }
  // `task.member` starts a round from `model`, with the private part that it has now.
  void started(const RoundTask& task, ModelSource model);
  // The methods' steps in the round that the member has last started: at once, in the pool.
  [[nodiscard]] PersonalStates start_round(InstitutionId member);
  // The member adopts what it started; what it does not finish did not happen.
  void finish_round(InstitutionId member, PersonalStates states);
  [[nodiscard]] const PersonalStates& states(InstitutionId member) const { return states_[plan_->position(member)]; }

  // What that takes, and what finishing takes once the collaboration has ended; over all methods.
  [[nodiscard]] PersonalVolume round_volume(InstitutionId member) const;
  [[nodiscard]] PersonalVolume final_volume(InstitutionId member) const;

 private:
  struct Start {
    RoundTask task;
    ModelSource model;
  };
  [[nodiscard]] Job<PersonalState> submit(std::size_t method, const Start& start, std::optional<Job<PersonalState>> before);

  ChainPlanPointer plan_;
  Pool& pool_;
  bool follows_rounds_;
  std::vector<std::optional<Start>> starts_;  // by position in the plan's members, as is `states_`
  std::vector<PersonalStates> states_;
};

}  // namespace polyclinic
