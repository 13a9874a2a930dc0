// What validators of an IBFT 2.0 chain say to each other. Sizes are of a compact binary encoding: 4 bytes for the kind, 8 for
// heights and rounds, 32 for hashes, 64 for an Ed25519 signature; a vote has 116 bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/ledger/consensus_message.hpp"
#include "core/ledger/validator_set.hpp"

namespace polyclinic::pbft {

enum class Phase : std::uint8_t { prepare, commit };

inline constexpr std::uint64_t vote_bytes = 4 + 8 + 8 + 32 + 64;

class Vote final : public ConsensusMessage {
 public:
  Vote(Phase phase_, std::uint64_t height_, std::uint64_t round_, const Digest& block_)
      : phase(phase_), height(height_), round(round_), block(block_) {}
  [[nodiscard]] std::uint64_t bytes() const override { return vote_bytes; }
  [[nodiscard]] const Digest* vote() const override { return &block; }
  [[nodiscard]] ConsensusMessagePointer with_vote(const Digest& other) const override;

  Phase phase;
  std::uint64_t height;
  std::uint64_t round;
  Digest block;
};

// That a quorum, the proposer's proposal included, stood behind `block` in `round`: then no other block can be final in that
// round, and this one may be.
struct PreparedCertificate {
  std::uint64_t round = 0;
  BlockPointer block;
  ValidatorSet voters;
  [[nodiscard]] std::uint64_t bytes() const;  // of the votes, without the block
};

// "I am in `round` now", with the block that the sender last saw prepared at this height, if any.
class RoundChange final : public ConsensusMessage {
 public:
  RoundChange(NodeId sender_, std::uint64_t height_, std::uint64_t round_, std::optional<PreparedCertificate> prepared_)
      : sender(sender_), height(height_), round(round_), prepared(std::move(prepared_)) {}
  [[nodiscard]] std::uint64_t bytes() const override;
  [[nodiscard]] std::uint64_t bytes_without_block() const;
  [[nodiscard]] std::int64_t signatures() const override;

  NodeId sender;
  std::uint64_t height;
  std::uint64_t round;
  std::optional<PreparedCertificate> prepared;
};
using RoundChangePointer = std::shared_ptr<const RoundChange>;

// Pre-prepare. Above round 0 `justification` holds the round changes of a quorum.
class Proposal final : public ConsensusMessage {
 public:
  Proposal(std::uint64_t height_, std::uint64_t round_, BlockPointer block_, std::vector<RoundChangePointer> justification_)
      : height(height_), round(round_), block(std::move(block_)), justification(std::move(justification_)) {}
  [[nodiscard]] std::uint64_t bytes() const override;
  [[nodiscard]] std::int64_t signatures() const override;
  [[nodiscard]] BlockPointer proposal() const override { return block; }
  [[nodiscard]] ConsensusMessagePointer with_proposal(const BlockPointer& other) const override;

  std::uint64_t height;
  std::uint64_t round;
  BlockPointer block;
  std::vector<RoundChangePointer> justification;
};

// The sender's answer to a validator that is still busy with a height which is final: "I am at `height`".
class Status final : public ConsensusMessage {
 public:
  explicit Status(std::uint64_t height_) : height(height_) {}
  [[nodiscard]] std::uint64_t bytes() const override { return 4 + 8 + 64; }

  std::uint64_t height;
};

// The commits of a quorum for `block` at `height`, which prove it final, and with it its ancestors. `descent` leads from a
// child of the block that is to be proved final to `block`; it is empty where they are the same.
class CommitCertificate final : public ConsensusMessage {
 public:
  CommitCertificate(std::uint64_t height_, std::uint64_t round_, const Digest& block_, ValidatorSet voters_,
                    std::vector<Header> descent_ = {})
      : height(height_), round(round_), block(block_), voters(std::move(voters_)), descent(std::move(descent_)) {}
  [[nodiscard]] std::uint64_t bytes() const override;
  [[nodiscard]] std::int64_t signatures() const override { return voters.size(); }
  // Whether `header` is that of `block`, or of an ancestor as `descent` shows.
  [[nodiscard]] bool covers(const Header& header) const;

  std::uint64_t height;
  std::uint64_t round;
  Digest block;
  ValidatorSet voters;
  std::vector<Header> descent;
};

}  // namespace polyclinic::pbft
