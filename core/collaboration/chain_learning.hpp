// What is learned on one chain: the models round by round, and every member's own state. It knows rounds and members, not
// time: an actor starts a job here, lets simulated time pass, and takes the result.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "core/auxiliary/publication.hpp"
#include "core/auxiliary/received.hpp"
#include "core/collaboration/member_round.hpp"
#include "core/collaboration/model_history.hpp"
#include "core/collaboration/observation.hpp"
#include "core/collaboration/personal_learning.hpp"
#include "core/collaboration/plan.hpp"
#include "core/collaboration/published_history.hpp"
#include "core/collaboration/scoring.hpp"
#include "core/collaboration/secure_rounds.hpp"
#include "core/compute/pool.hpp"

namespace polyclinic {

// In asynchronous and buffered mode a round is a version of the global model: the one that is open, or, of an update, the one
// that it was trained from; `nonce` counts a member's updates from one version. In gossip mode every member has a model of its
// own. See ModelHistory for what a closed round does to them.
class ChainLearning {
 public:
  ChainLearning(ChainPlanPointer plan, Pool& pool, const EvaluationConfig& evaluation);

  [[nodiscard]] const ChainPlan& plan() const { return *plan_; }
  [[nodiscard]] const ChainPlanPointer& shared_plan() const { return plan_; }

  // Whether the model that `member` had after `round` rounds is still kept, so that it may start from it. Synchronous and
  // gossip: the latest, and the one before unless the member has started from that; asynchronous: see ModelHistory.
  [[nodiscard]] bool can_start(InstitutionId member, std::int64_t round) const { return models_->keeps(member, round); }
  // Trains from the model after `round` rounds, which must be closed; shares; encodes. At once, in the pool. A hostile
  // member's conduct decides what it trains on and what it hands to the policy; the loss of one that does not train is NaN.
  // Throws Error where that model is not kept any more.
  [[nodiscard]] Job<RoundOutcome> start_training(InstitutionId member, std::int64_t round, std::uint32_t nonce = 0);
  // The member adopts what it learned: its private part at once; residual, control variate and (gossip) model when the round
  // closes with its update; where the update was late or refused, nothing was published and they stay as they were.
  // Asynchronous: what it trains meanwhile takes the residual of its latest update for granted, unless forget() says else.
  void finish_training(InstitutionId member, std::int64_t round, std::uint32_t nonce, const RoundOutcome& outcome);
  // Asynchronous: that update will never count.
  void forget(InstitutionId member, std::int64_t round, std::uint32_t nonce);
  // Samples that an honest start_training() processes: what its simulated time is computed from.
  [[nodiscard]] std::int64_t training_samples(InstitutionId member) const;
  // The same in `round`: none for a free rider.
  [[nodiscard]] std::int64_t training_samples(InstitutionId member, std::int64_t round) const;
  // FLOPs of one forward pass over them, and over the reference rows that go with them where predictions of another chain are
  // learned from.
  [[nodiscard]] double training_flops(InstitutionId member, std::int64_t round) const;
  // Whether `member` has a use for what `author` published: always, but for those who are no neighbours in gossip mode.
  [[nodiscard]] bool needs_payload(InstitutionId member, InstitutionId author) const;

  // What `scorer` thinks of an update that was trained from the model after `round` rounds, which must be kept. In the pool.
  [[nodiscard]] Job<Score> start_scoring(InstitutionId scorer, std::int64_t round, SharedUpdatePointer update) const;

  // ---- other chains
  // An object of another chain has been proven on this one: it counts from the next model on.
  void receive(ReceivedObject object);
  // The first round opens now: the initial model has what came before.
  void open() { models_->open(); }
  // What the model after `rounds` rounds has of other chains; null: nothing. In the pool.
  [[nodiscard]] Job<GuidancePointer> start_guidance(std::int64_t rounds) const;
  // Who publishes the model after `round` rounds for other chains, among those who take part then.
  [[nodiscard]] InstitutionId exporter(std::int64_t round) const;
  // The common model after `round` rounds, or the member's prototypes of its features, for other chains. At once, in the pool.
  [[nodiscard]] Job<Publication> start_publishing(std::int64_t round) const;
  [[nodiscard]] Job<Publication> start_publishing_prototypes(InstitutionId member, std::int64_t round) const;
  // FLOPs of either: forward passes over the reference rows, over its training rows.
  [[nodiscard]] double publishing_flops() const;
  [[nodiscard]] double prototype_flops(InstitutionId member) const;

  // What members say where updates are masked; null where they are not.
  [[nodiscard]] SecureRounds* secure() { return secure_.get(); }
  // The member's update, masked for its round. In the pool.
  [[nodiscard]] Job<SharedUpdatePointer> start_masking(InstitutionId member, std::int64_t round, SharedUpdatePointer plain);
  // What the latest closed round has made public in place of its masked updates, each unreadable by itself: null where updates
  // are not masked, and before the first round closed.
  [[nodiscard]] const SumSource& latest_sum() const { return latest_sum_; }

  // The open round closed with these updates, in the order of its transactions.
  void close(const ClosedRound& closed, std::vector<SharedUpdatePointer> updates);
  [[nodiscard]] std::int64_t closed_rounds() const { return models_->closed_rounds(); }
  // What the closed rounds have made public, oldest first; kept where the chain has probes.
  [[nodiscard]] const std::vector<PublishedRound>& published() const { return published_; }
  // Whether there is one model for all.
  [[nodiscard]] bool has_global_model() const { return models_->is_common(); }
  // The global model after `rounds` rounds, as long as it is kept; in gossip mode the plain mean of the members' latest
  // models. Waits for it.
  [[nodiscard]] GlobalModel global(std::int64_t rounds) const { return models_->global(rounds)(); }

  // Measures the model after `rounds` rounds on the global test rows and, if asked, on the own test rows of `members`. Where
  // models differ by member, the global figure is the mean over those of `members`.
  [[nodiscard]] Job<Observation> observe(std::int64_t rounds, std::vector<InstitutionId> members) const;
  // The model that `member` would use after `rounds` rounds, with its own private part. Waits for it.
  [[nodiscard]] ParameterSet personal_model(InstitutionId member, std::int64_t rounds) const;
  // The same, to be called in a pool job that was submitted after this was made.
  [[nodiscard]] std::function<ParameterSet()> own_model(InstitutionId member, std::int64_t rounds) const;

  // What the members make of it all for themselves; nothing here depends on it.
  [[nodiscard]] PersonalLearning& personal() { return personal_; }
  [[nodiscard]] const PersonalLearning& personal() const { return personal_; }

 private:
  // An update that has been trained and may still count.
  struct Pending {
    std::int64_t round = -1;
    std::uint32_t nonce = 0;
    PolicyState policy;
    at::Tensor control;
    at::Tensor displacement;
    MemberState start;
  };
  [[nodiscard]] const MemberState& state_of(InstitutionId member) const { return states_[plan_->position(member)]; }
  // Reference rows that a member's training passes through besides its own.
  [[nodiscard]] std::int64_t reference_samples(InstitutionId member) const;
  [[nodiscard]] MemberState state_to_train_from(InstitutionId member) const;
  // As it was when the update was trained, of those whose model depends on it.
  [[nodiscard]] MemberState start_of(const Transaction& update) const;
  void keep_published(const ClosedRound& closed, const std::vector<SharedUpdatePointer>& updates);
  // What the member holds of an update that has come to count, adopted.
  [[nodiscard]] at::Tensor settle(const Transaction& update);
  [[nodiscard]] SumSource start_opening(const ClosedRound& closed, const std::vector<SharedUpdatePointer>& updates) const;

  ChainPlanPointer plan_;
  Pool& pool_;
  EvaluationConfig evaluation_;
  Inbox inbox_;
  std::unique_ptr<ModelHistory> models_;
  std::unique_ptr<SecureRounds> secure_;
  SumSource latest_sum_;
  std::vector<PublishedRound> published_;
  Topology topology_;                            // gossip
  std::vector<MemberState> states_;              // by position in the plan's members, as is `pending_`
  std::vector<std::deque<Pending>> pending_;     // oldest first; at most one but in asynchronous modes
  PersonalLearning personal_;
};

}  // namespace polyclinic
