// What a validator of an IBFT 2.0 chain knows of the height that is being agreed on: `Durable` is written to disk before it
// speaks and survives a crash; `Volatile` lies in memory alone.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/ledger/pbft_messages.hpp"

namespace polyclinic::pbft {

// ceil(2n/3) and ceil(n/3) - 1, as in IBFT 2.0 (Saltini & Hyland-Wood 2019, section 4): two quorums share an honest
// validator, and the honest ones are a quorum.
[[nodiscard]] constexpr std::int64_t quorum(std::int64_t validators) { return (2 * validators + 2) / 3; }
[[nodiscard]] constexpr std::int64_t tolerated_faults(std::int64_t validators) { return (validators - 1) / 3; }
[[nodiscard]] constexpr NodeId proposer(std::uint64_t height, std::uint64_t round, std::int64_t validators) {
  return NodeId{static_cast<std::int32_t>((height + round) % static_cast<std::uint64_t>(validators))};
}

struct Durable {
  void begin(std::uint64_t new_height);
  void enter(std::uint64_t new_round);

  std::uint64_t height = 0;            // that is being agreed on
  std::uint64_t round = 0;
  BlockPointer accepted;               // the round's proposal that this validator stands behind
  bool committed = false;              // its commit for it is sent
  std::optional<PreparedCertificate> prepared;  // of the highest round that has one
};

struct Candidate {
  Digest hash;
  BlockPointer block;                  // null: only votes have come so far
  ValidatorSet prepares;               // the proposer of `block` included
  ValidatorSet commits;
};

// The votes of one round.
class RoundVotes {
 public:
  RoundVotes(std::uint64_t round, std::int64_t validators);
  [[nodiscard]] std::uint64_t round() const { return round_; }
  // Counts a validator's first vote of each phase; null for others.
  Candidate* count(Phase phase, const Digest& block, NodeId from);
  [[nodiscard]] Candidate* find(const Digest& block);
  [[nodiscard]] Candidate& at(const Digest& block);  // made where it is missing
  [[nodiscard]] const std::vector<Candidate>& candidates() const { return candidates_; }

 private:
  std::uint64_t round_;
  std::int64_t validators_;
  ValidatorSet prepared_, committed_;  // who has voted
  std::vector<Candidate> candidates_;
};

struct Volatile {
  explicit Volatile(std::int64_t validators) : round_changes(static_cast<std::size_t>(validators)) {}
  // The votes of `round`; null where it is so far from `current` that they are not worth keeping.
  [[nodiscard]] RoundVotes* votes(std::uint64_t round, std::uint64_t current);
  // How many validators are in `round`, or above it.
  [[nodiscard]] std::int64_t above(std::uint64_t round) const;
  // The round changes to `round`, by sender.
  [[nodiscard]] std::vector<RoundChangePointer> changes_to(std::uint64_t round) const;

  std::vector<RoundVotes> rounds;
  std::vector<RoundChangePointer> round_changes;  // by sender, the newest
  std::optional<double> round_end_s;   // while the round timer runs
  std::optional<double> propose_at_s;
  bool seen = false;                   // messages of this height
  bool lacks_block = false;            // to which a quorum has committed
  bool suspected = false;              // the round's proposer, of having proposed two blocks
};

}  // namespace polyclinic::pbft
