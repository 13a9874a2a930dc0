// Agreement about one height after another, by IBFT 2.0's rules as pbft.hpp states them; messages of other heights are somebody
// else's business.
#pragma once

#include <cstdint>
#include <memory>

#include "core/ledger/consensus.hpp"
#include "core/ledger/pbft_state.hpp"

namespace polyclinic::pbft {

inline constexpr TimerId propose_timer = 0;
inline constexpr TimerId round_timer = 1;
inline constexpr TimerId repeat_timer = 2;
inline constexpr TimerId behind_timer = 3;

// 0 in the rules: two block intervals, at least 1 s.
[[nodiscard]] double first_timeout_s(const ConsensusRules& rules);

struct Now {
  const ConsensusView& view;
  double at_s;
  [[nodiscard]] const Block& parent() const { return *view.ledger.finalized(); }
};

class Agreement {
 public:
  explicit Agreement(const ConsensusSetup& setup);

  void begin(std::uint64_t height);
  // After a crash, which only what is durable survived.
  void restart(const Now& now);
  // Proposes, and runs the round timer, where that is called for.
  void pursue(const Now& now);
  // Messages of height().
  void handle(const Now& now, NodeId from, const Proposal& proposal);
  void handle(const Now& now, NodeId from, const Vote& vote);
  void handle(const Now& now, NodeId from, const RoundChange& change);
  void ring(const Now& now, TimerId timer);

  // What the calls so far have brought about.
  [[nodiscard]] Actions take();
  [[nodiscard]] std::uint64_t height() const { return durable_.height; }
  // Once the height's block is decided on, its certificate; null before.
  [[nodiscard]] const std::shared_ptr<const CommitCertificate>& decision() const { return decision_; }
  // A quorum has committed to a block that has not come.
  [[nodiscard]] bool lacks_block() const { return volatile_.lacks_block; }

 private:
  [[nodiscard]] bool is_proposer(std::uint64_t round) const;
  [[nodiscard]] NodeId current_proposer() const;
  [[nodiscard]] bool is_under_way() const;
  [[nodiscard]] double earliest_s(const Now& now) const;
  [[nodiscard]] double due_s(const Now& now) const;

  void run_round_timer(double begin_s);
  void propose_when_due(const Now& now, double due, std::vector<RoundChangePointer> changes);
  void propose_after_change(const Now& now);
  void propose(const Now& now, std::vector<RoundChangePointer> changes);
  [[nodiscard]] BlockPointer new_block(const Now& now) const;

  void complete(const Proposal& proposal);
  void accept(const BlockPointer& block);
  void recount_own_votes();
  void advance(std::uint64_t round, Candidate& candidate);
  void decide_if_committed(std::uint64_t round, const Candidate& candidate);
  void send_vote(Phase phase, const Digest& block);
  void suspect(const RoundVotes& votes);

  void end_round(const Now& now);
  void change_to(const Now& now, std::uint64_t round, const char* cause);
  void enter(const Now& now, std::uint64_t round);
  void announce(const Now& now);
  void follow_others(const Now& now);

  ConsensusSetup setup_;
  std::int64_t quorum_;
  double timeout_s_;
  Durable durable_;
  Volatile volatile_;
  std::shared_ptr<const CommitCertificate> decision_;
  Actions actions_;
};

}  // namespace polyclinic::pbft
