// What is learned on one chain: the global model round by round, and every member's own state. It knows rounds and members,
// not time: an actor starts a job here, lets simulated time pass, and takes the result.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "core/collaboration/observation.hpp"
#include "core/collaboration/plan.hpp"
#include "core/compute/pool.hpp"
#include "core/learning/trainer.hpp"

namespace polyclinic {

// The aggregated model after some rounds, the same for every peer.
struct GlobalModel {
  ParameterSet parameters;
  ServerState server;
  Digest digest;                      // of the parameters: what an update says it was trained from
};

// What a member keeps between rounds: no model, no optimizer, no gradients.
struct MemberState {
  PolicyState policy;
  PrivatePart own;
  at::Tensor control;                 // SCAFFOLD's c_i; undefined: zero
};

// One member's round: what leaves, what stays, and what it cost.
struct RoundOutcome {
  SharedUpdatePointer update;
  Egress egress;
  Digest base;
  double train_loss = 0.0;
  MemberState next;
};

class ChainLearning {
 public:
  ChainLearning(ChainPlanPointer plan, Pool& pool, const EvaluationConfig& evaluation);

  [[nodiscard]] const ChainPlan& plan() const { return *plan_; }

  // Trains from the global model after `round` rounds, which must be closed; shares; encodes. At once, in the pool. A hostile
  // member's conduct decides what it trains on and what it hands to the policy; the loss of one that does not train is NaN.
  [[nodiscard]] Job<RoundOutcome> start_training(InstitutionId member, std::int64_t round) const;
  // The member adopts what it learned: its private part at once, residual and control variate when the round closes with its
  // update; where the update was late or refused, nothing was published and they stay as they were.
  void finish_training(InstitutionId member, std::int64_t round, const RoundOutcome& outcome);
  // Samples that an honest start_training() processes: what its simulated time is computed from.
  [[nodiscard]] std::int64_t training_samples(InstitutionId member) const;
  // The same in `round`: none for a free rider.
  [[nodiscard]] std::int64_t training_samples(InstitutionId member, std::int64_t round) const;

  // The open round closed with these updates, in the order of its transactions.
  void close(const ClosedRound& closed, std::vector<SharedUpdatePointer> updates);
  [[nodiscard]] std::int64_t closed_rounds() const { return globals_.rbegin()->first; }
  // The model after `rounds` rounds; only the latest two are kept.
  [[nodiscard]] const Job<GlobalModel>& global(std::int64_t rounds) const { return globals_.at(rounds); }

  // Measures the model after `rounds` rounds on the global test rows and, if asked, on the own test rows of `members`.
  [[nodiscard]] Job<Observation> observe(std::int64_t rounds, std::vector<InstitutionId> members) const;
  // The model that `member` would use after `rounds` rounds: global, with its own private part.
  [[nodiscard]] ParameterSet personal_model(InstitutionId member, std::int64_t rounds) const;

 private:
  [[nodiscard]] const MemberState& state_of(InstitutionId member) const { return states_[plan_->position(member)]; }

  ChainPlanPointer plan_;
  Pool& pool_;
  EvaluationConfig evaluation_;
  struct Pending {
    std::int64_t round = -1;                     // trained for; -1: nothing pending
    PolicyState policy;
    at::Tensor control;
  };
  void settle(const ClosedRound& closed);

  std::vector<MemberState> states_;              // by position in the plan's members, as is `pending_`
  std::vector<Pending> pending_;
  std::map<std::int64_t, Job<GlobalModel>> globals_;  // by rounds closed
};

}  // namespace polyclinic
