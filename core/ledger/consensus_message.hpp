// What the validators of one protocol tell each other. Each protocol derives its own kinds and recognises them by type.
#pragma once

#include <cstdint>
#include <memory>

#include "core/ledger/block.hpp"

namespace polyclinic {

// Immutable; one object is shared by all who receive it.
class ConsensusMessage {
 public:
  virtual ~ConsensusMessage() = default;
  // On the wire, signatures included: a vote's signature is simulated by its size and cost alone.
  [[nodiscard]] virtual std::uint64_t bytes() const = 0;
  // That the receiver verifies; where there are any, the sender has made one of them, the others are quoted.
  [[nodiscard]] virtual std::int64_t signatures() const { return 1; }

  // For who watches validators, and for validators that say two things at once (hostile_validator.hpp): the block that the
  // message proposes, or the one that it votes for; null where it does neither.
  [[nodiscard]] virtual BlockPointer proposal() const { return nullptr; }
  [[nodiscard]] virtual const Digest* vote() const { return nullptr; }
  // The same message about another block; null where this one is about none.
  [[nodiscard]] virtual std::shared_ptr<const ConsensusMessage> with_proposal(const BlockPointer&) const { return nullptr; }
  [[nodiscard]] virtual std::shared_ptr<const ConsensusMessage> with_vote(const Digest&) const { return nullptr; }
};
using ConsensusMessagePointer = std::shared_ptr<const ConsensusMessage>;

}  // namespace polyclinic
