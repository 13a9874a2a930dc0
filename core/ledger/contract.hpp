// The round contract: which updates a round accepts and when it closes. Its state is a function of the finalized blocks
// alone, so every peer that replays the chain agrees.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "core/base/seed.hpp"
#include "core/ledger/ledger.hpp"

namespace polyclinic {

struct RoundRules {
  ChainId chain;
  std::vector<InstitutionId> members;  // sorted
  std::int64_t rounds = 0;
  std::int64_t participants = 0;       // a round; 0: all
  std::int64_t min_updates = 0;        // quorum at the deadline; 0: all participants
  double deadline_s = 0.0;             // after the round opened; 0: none
  bool cyclic = false;                 // round r: one participant, member r mod n
  Seed seed{0};                        // public: anybody can compute who participates
};

// Who takes part in `round`, sorted. Uniform without replacement from the rules' seed, or cyclic. All members where no
// fewer than that are asked for.
[[nodiscard]] std::vector<InstitutionId> participants(const RoundRules& rules, std::int64_t round);

// A round that closed: its updates in order of author, and where on the chain it closed.
struct ClosedRound {
  std::int64_t round = 0;
  std::vector<Transaction> updates;
  BlockPointer closed_by;
  double opened_s = 0.0;               // block time: of the block that closed the round before; 0 for the first
};

struct RejectedUpdate {
  Transaction transaction;
  Verdict verdict;
};

class RoundContract {
 public:
  // Throws Error where rounds are to be held without members.
  explicit RoundContract(std::shared_ptr<const RoundRules> rules);

  struct Step {
    std::vector<RejectedUpdate> rejected;
    std::optional<ClosedRound> closed;
  };
  // Applies the next finalized block. A round closes with the block that brings its last participant's update, or with the
  // first block at or after the deadline (to within time_tolerance_s) that finds at least min_updates, its own included.
  // The next round opens at that block's time. Rejected are updates for another round than the open one (round_closed), of
  // institutions that do not take part (not_a_participant), and all but the first of an author (second_update_of_round).
  Step apply(const BlockPointer& block);

  [[nodiscard]] std::int64_t round() const { return round_; }          // the open one; rules.rounds when all are closed
  [[nodiscard]] bool ended() const { return round_ >= rules_->rounds; }
  // When a block is needed even if no transaction waits: the deadline, where the quorum has been reached, which may then be
  // past already. Infinity otherwise: without a quorum the block of the next update decides, and that has a transaction.
  [[nodiscard]] double deadline_s() const;

 private:
  [[nodiscard]] Verdict judge(const Transaction& transaction) const;
  [[nodiscard]] bool closes_at(double block_s) const;
  [[nodiscard]] bool has_quorum() const;
  ClosedRound close(const BlockPointer& block);

  std::shared_ptr<const RoundRules> rules_;
  std::int64_t round_ = 0;
  double opened_s_ = 0.0;
  std::vector<InstitutionId> expected_;  // sorted
  std::map<InstitutionId, Transaction> accepted_;
};

}  // namespace polyclinic
