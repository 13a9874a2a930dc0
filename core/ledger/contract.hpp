// The round contract: which updates a round accepts and when it closes. Its state is a function of the finalized blocks
// alone, so every peer that replays the chain agrees.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <set>
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

// Who takes part in `round`, sorted. Uniform without replacement from the rules' seed, or cyclic.
[[nodiscard]] std::vector<InstitutionId> participants(const RoundRules& rules, std::int64_t round);

// A round that closed: its updates in order of author, and where on the chain it closed.
struct ClosedRound {
  std::int64_t round = 0;
  std::vector<Transaction> updates;
  BlockPointer closed_by;
  double opened_s = 0.0;               // block time
};

struct RejectedUpdate {
  Transaction transaction;
  Verdict verdict;
};

class RoundContract {
 public:
  explicit RoundContract(std::shared_ptr<const RoundRules> rules);

  struct Step {
    std::vector<RejectedUpdate> rejected;
    std::optional<ClosedRound> closed;
  };
  // Applies the next finalized block. A round closes with the block that brings its last participant's update, or with the
  // first block at or after the deadline that finds at least min_updates.
  Step apply(const BlockPointer& block);

  [[nodiscard]] std::int64_t round() const { return round_; }          // the open one; rules.rounds when all are closed
  [[nodiscard]] bool ended() const { return round_ >= rules_->rounds; }
  // When a block is needed even if no transaction waits; infinity when none is.
  [[nodiscard]] double deadline_s() const;

 private:
  std::shared_ptr<const RoundRules> rules_;
  std::int64_t round_ = 0;
  double opened_s_ = 0.0;
  std::vector<InstitutionId> expected_;
  std::vector<Transaction> accepted_;
};

}  // namespace polyclinic
