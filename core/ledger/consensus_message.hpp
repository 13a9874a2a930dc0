// What the validators of one protocol tell each other. Each protocol derives its own kinds and recognises them by type.
#pragma once

#include <cstdint>
#include <memory>

namespace polyclinic {

// Immutable; one object is shared by all who receive it.
class ConsensusMessage {
 public:
  virtual ~ConsensusMessage() = default;
  // On the wire, signatures included: a vote's signature is simulated by its size and cost alone.
  [[nodiscard]] virtual std::uint64_t bytes() const = 0;
  // That the receiver verifies.
  [[nodiscard]] virtual std::int64_t signatures() const { return 1; }
};
using ConsensusMessagePointer = std::shared_ptr<const ConsensusMessage>;

}  // namespace polyclinic
