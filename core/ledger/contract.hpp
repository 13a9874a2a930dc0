// The round contract: which updates count and when they make a new model. Its state is a function of the finalized blocks
// alone, so every peer that replays the chain agrees.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/named_kind.hpp"
#include "core/base/seed.hpp"
#include "core/ledger/ledger.hpp"
#include "core/ledger/topology.hpp"

namespace polyclinic {

// Secure aggregation (core/secure_aggregation): a round goes through four phases, and what its updates hold is known as their sum
// alone, once the last one is over.
enum class SecurePhase : std::uint8_t { keys, key_shares, updates, unmasking };

struct SecureRules {
  double threshold = 0.0;              // share of a round's participants that each phase needs; 0: updates are not masked
  double phase_s = 0.0;                // that a phase waits for those who are late, once it has what it needs
  [[nodiscard]] bool enabled() const { return threshold > 0.0; }
};

struct RoundRules {
  ChainId chain;
  std::vector<InstitutionId> members;  // sorted
  std::int64_t rounds = 0;             // asynchronous, buffered: versions of the global model
  std::int64_t participants = 0;       // a round; 0: all
  std::int64_t min_updates = 0;        // quorum at the deadline; 0: all participants
  double deadline_s = 0.0;             // after the round opened; 0: none
  double start_s = 0.0;                // when the first round opens
  bool cyclic = false;                 // round r: one participant, member r mod n
  Seed seed{0};                        // public: anybody can compute who participates
  std::string mode = "synchronous";    // see contract_modes()
  std::int64_t buffer = 1;             // buffered: updates that make a version
  std::int64_t max_staleness = 0;      // asynchronous, buffered: versions beyond which an update is refused; 0: none
  std::vector<InstitutionId> scorers;  // sorted; whose votes decide whether an update counts; empty: all updates count
  TopologyRules topology;              // gossip: who exchanges with whom; drawn from `seed` / "topology"
  std::int64_t keepers = 0;            // who keep a copy of each payload, one of whom must vouch for it; 0: nobody does
  SecureRules secure;                  // synchronous alone
};

// Who takes part in `round`, sorted. Uniform without replacement from the rules' seed, or cyclic. All members where no
// fewer than that are asked for.
[[nodiscard]] std::vector<InstitutionId> participants(const RoundRules& rules, std::int64_t round);

// Who keeps a copy of the payloads of `author`, a member: the next `keepers` members in turn, never itself.
[[nodiscard]] std::vector<InstitutionId> keepers_of(const RoundRules& rules, InstitutionId author);

// Who exchanges with whom in gossip mode, by position among the members. Throws as make_topology() does.
[[nodiscard]] Topology topology_of(const RoundRules& rules);

// A round that closed, or a version of the global model that was completed: its updates in order of author (then of the
// version they were trained from, then of nonce), and where on the chain it closed. An update whose payload was split is one
// transaction here: its part 0, with the payload bytes of all parts.
struct ClosedRound {
  std::int64_t round = 0;
  std::vector<Transaction> updates;
  BlockPointer closed_by;
  double opened_s = 0.0;                // block time: of the block that closed the round before; start_s for the first
  std::vector<std::int64_t> staleness;  // of each update: versions made since the one that it was trained from
  // Secure aggregation: keys, shares and unmaskings that count, by kind, then by author.
  std::vector<Transaction> statements = {};
};

// A phase before a round's last that is over. Its authors are those from whom the next phase takes statements.
struct ClosedPhase {
  std::int64_t round = 0;
  SecurePhase phase = SecurePhase::keys;
  std::vector<Transaction> statements;  // that count, by author: keys, shares or updates
  BlockPointer closed_by;
};

struct RejectedUpdate {
  Transaction transaction;
  Verdict verdict;
};

// An update that is on the chain in all its parts, and its name: the id of its transaction, of part 0 where it is split.
struct RecordedUpdate {
  Digest id;
  Transaction transaction;  // as in ClosedRound
};

class RoundContract {
 public:
  // Throws Error where rounds are to be held without members, UsageError for an unknown mode.
  explicit RoundContract(std::shared_ptr<const RoundRules> rules);
  ~RoundContract();
  RoundContract(RoundContract&&) noexcept;
  RoundContract& operator=(RoundContract&&) noexcept;

  struct Step {
    std::vector<RejectedUpdate> rejected;
    std::vector<ClosedRound> closed;              // oldest first
    std::vector<RecordedUpdate> awaiting_scores;  // recorded by this block, and undecided: the scorers are asked to vote
    std::vector<RecordedUpdate> counted;          // that count from this block on: parts, receipt and votes are all there
    std::vector<ClosedPhase> phases;              // secure aggregation: that are over with this block
  };
  // Applies the next finalized block. Its transactions count in their order.
  //
  // Synchronous and gossip: a round closes with the block that decides its last participant's update, or with the first block
  // at or after the deadline (to within time_tolerance_s) that finds at least min_updates, its own included. The next round
  // opens at that block's time. Rejected are updates for another round than the open one (round_closed), of institutions
  // that do not take part (not_a_participant), and all but the first of an author (second_update_of_round).
  //
  // Asynchronous and buffered: a version is complete with every `buffer` updates that count (asynchronous: with each), so that
  // a block may complete several; those that follow in the block count for the next. There is no deadline. Updates from any
  // version up to the open one are welcome unless they are more than max_staleness behind (too_stale); rejected are also
  // updates from a version that does not exist yet (round_closed), and all but the first of an author with the same round and
  // nonce (second_update_of_round).
  //
  // Parts: an update counts once all its parts are there; a part that does not fit those before it (another payload, the same
  // part again) is rejected as second_update_of_round, one that is out of its own range as malformed_part.
  //
  // Scores: with scorers, an update counts as soon as more than half of them have voted for it (a transaction of kind score
  // that names it, with samples 1), and is refused (outvoted) as soon as that has become impossible. Rejected are votes of
  // others (not_a_scorer), on what is not recorded (unknown_update), and a scorer's second on the same update (second_score);
  // a vote that comes after its round closed has no effect. What is undecided or incomplete when its round closes, or
  // when it has become too stale, is rejected then.
  //
  // Receipts: with keepers, an update counts only once one of keepers_of() its author has said that it holds the payload (a
  // transaction of kind receipt that names it); where there are scorers, they must be for it too. A keeper has the payload
  // from its author, so its receipt may be on the chain before the update: it is remembered until the round that it names has
  // closed, and counts when the update is there. Rejected are receipts of others (not_a_keeper; whoever sends one where there
  // are no keepers), and those of what is not recorded in its time (unknown_update: when that is over, at once where it names a
  // round that is still to come). A second one, or one after the decision or its round, has no effect. An update that no keeper
  // has vouched for in time is rejected as payload_unavailable.
  //
  // Secure aggregation: a round's participants advertise keys; who did shares secrets; who did gives an update; whose update
  // counts unmasks. Each phase needs a quorum, share_threshold() of the round's participants (updates: min_updates where that is
  // more). Each of the first three is over with the block that decides the last of those it expects, or with the first one
  // phase_s after it had its quorum (updates: or at the deadline, where that is earlier). With the block that completes the
  // quorum of unmaskings the round closes. What comes too early or too late is rejected as round_closed, surplus unmaskings have
  // no effect, all else as with updates.
  Step apply(const BlockPointer& block);

  [[nodiscard]] std::int64_t round() const;  // the open one, or the current version; rules.rounds when all are closed
  [[nodiscard]] bool ended() const { return round() >= rules_->rounds; }
  // Who may give an update to the open round, or a statement to its open phase, sorted; nobody after the last.
  [[nodiscard]] const std::vector<InstitutionId>& expected() const;
  // When a block is needed even if no transaction waits: the deadline, where the quorum has been reached, which may then be
  // past already. Infinity otherwise: without a quorum the block of the next update, vote or receipt decides.
  [[nodiscard]] double deadline_s() const;
  // The date of the open round's deadline, quorum or not; infinity where it has none.
  [[nodiscard]] double due_s() const;
  // The open round's phase; none without secure aggregation.
  [[nodiscard]] std::optional<SecurePhase> phase() const;

 private:
  class State;
  std::shared_ptr<const RoundRules> rules_;
  std::unique_ptr<State> state_;
};

// The modes that RoundRules::mode may take, with a line of description each.
[[nodiscard]] std::vector<NamedKind> contract_modes();

}  // namespace polyclinic
