// A member of a chain, round after round (asynchronous: version after version): hears what is open, fetches what it misses,
// trains, shares, submits.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "core/ledger/node_message.hpp"
#include "sim/learning_world.hpp"

namespace polyclinic {

class InstitutionLife {
 public:
  InstitutionLife(LearningWorld& world, InstitutionId self);

  // An actor's life: until the collaboration has ended and the final model has been fetched, or a crash. After a crash another
  // actor goes on with what was on disk: the models it knows, what it has submitted.
  void live();
  // What it has submitted and not yet heard to be final.
  [[nodiscard]] const std::vector<Submission>& outstanding() const { return outstanding_; }
  // Of what it has heard.
  void forget_outstanding() { outstanding_.clear(); }
  // Rounds whose outcome it knows.
  [[nodiscard]] std::int64_t known_rounds() const { return known_rounds_; }
  // Whether it computes, sends or receives.
  [[nodiscard]] bool is_busy() const { return busy_; }
  void crashed() { busy_ = false; }

 private:
  // The latest announcement: a member that was late takes part in the round that is open now.
  [[nodiscard]] Announcement next_announcement();
  [[nodiscard]] bool may_take_part(std::int64_t round) const;
  void take_part(std::int64_t round);
  // Secure aggregation: does its part in that phase, if it is asked for it and has not done it.
  void speak(std::int64_t round, SecurePhase phase);
  void say(std::int64_t round, SecurePhase phase);
  [[nodiscard]] double statement_flops(std::int64_t round, SecurePhase phase) const;
  // Puts its update under masks; false where the round has closed meanwhile, so that nobody would take it.
  [[nodiscard]] bool hide(std::int64_t round, RoundOutcome& outcome);
  // What it must read of a phase that is over.
  void fetch_statements(std::int64_t round, SecurePhase phase);
  // What came from other chains before the first round.
  void fetch_opening();
  // For other chains: the model after `round` rounds, where it is this member's turn, and its own prototypes. Gives the
  // transactions that were sent.
  std::vector<Digest> publish(std::int64_t round);
  void publish_last();
  // The methods of personalization that follow rounds take their steps, once the update is on its way.
  void personalize(std::int64_t round);
  void spend_on_own_models(const PersonalVolume& volume, std::int64_t round);
  // Fetches, verifies and aggregates what is missing to know the model after `round` rounds.
  void synchronise(std::int64_t round);
  void fetch(std::int64_t round);
  void fetch_content(std::int64_t round, std::uint64_t extra_bytes);
  // Of payloads that nobody handed out: waits for them, or takes the model from somebody who has it.
  void wait_for(std::int64_t round, const std::vector<RoundContent::Payload>& missing);
  [[nodiscard]] bool fetch_from_holder(const RoundContent::Payload& payload);
  [[nodiscard]] bool may_go_on_without() const;
  [[nodiscard]] bool take_model_from_peer(std::int64_t round);
  void fetch_from(const std::vector<std::pair<simgrid::s4u::Host*, std::uint64_t>>& sources);
  [[nodiscard]] simgrid::s4u::Host* reachable_home();
  [[nodiscard]] double synchronisation_flops(std::int64_t from, std::int64_t to) const;
  [[nodiscard]] double aggregation_flops(const RoundContent& content) const;
  [[nodiscard]] double recovery_flops(const RoundContent& content) const;
  [[nodiscard]] bool takes_snapshot(std::int64_t round) const;
  // Signs the update: from now on it is on disk, and gets into the chain or expires whatever happens to the machine.
  void conclude(std::int64_t round, const RoundOutcome& outcome);
  void submit();
  void replicate(const Transaction& update);
  void compute(double flops);
  // Ends the activity that began when the last one ended.
  void did(const char* activity, std::int64_t round);

  LearningWorld& world_;
  InstitutionId self_;
  simgrid::s4u::Host* host_;
  Channel<Announcement>& mail_;
  std::int64_t known_rounds_ = 0;
  std::int64_t trained_round_ = -1;  // the last one it has submitted an update from
  std::uint32_t nonce_ = 0;          // of the next update from that one
  std::vector<Submission> outstanding_;
  std::pair<std::int64_t, SecurePhase> said_{-1, SecurePhase::keys};  // the last statement that it has signed
  bool knows_opening_ = false;
  std::int64_t published_round_ = 0;  // up to which it has published prototypes
  bool busy_ = false;
  double since_s_ = 0.0;  // when its present activity began
};

}  // namespace polyclinic
