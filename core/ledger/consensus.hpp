// Agreement among a chain's validators, as a deterministic state machine without a clock: dated inputs in, actions out.
// The actor (or a test) that carries the actions out owns time and the network. Proof of authority is here; PBFT, Raft and
// proof of work fit the same seam: vote messages, relative timers, and a head that may be reorganised.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "core/base/named_kind.hpp"
#include "core/base/seed.hpp"
#include "core/ledger/ledger.hpp"
#include "core/ledger/mempool.hpp"

namespace polyclinic {

// What validators tell each other. A vote (PBFT, Raft) names a block and a phase; its signature is simulated by size alone.
struct BlockMessage {
  BlockPointer block;
};
struct VoteMessage {
  std::uint32_t phase = 0;
  std::uint64_t view = 0;
  Digest block;
};
using ConsensusMessage = std::variant<BlockMessage, VoteMessage>;

using TimerId = std::uint64_t;

struct Send {                          // to one validator, never to itself
  NodeId to;
  ConsensusMessage message;
};
// Calls on_timer(id) at simulated time at_s, or later where the computer is busy. A newer one with the same id replaces it;
// one that is no longer needed is not cancelled, it rings in vain.
struct SetTimer {
  TimerId id = 0;
  double at_s = 0.0;
};
struct Append {                        // add to the local ledger; the outcome comes back through on_appended
  BlockPointer block;
};
struct Finalize {
  Digest block;
};
using Action = std::variant<Send, SetTimer, Append, Finalize>;
using Actions = std::vector<Action>;

// What a consensus may read; it changes nothing but its own state.
struct ConsensusView {
  const Ledger& ledger;
  const Mempool& mempool;
  // From then on a block is wanted even if empty (a round's deadline); infinity: never.
  double wanted_at_s = 0.0;
};

class Consensus {
 public:
  virtual ~Consensus() = default;
  // Looks whether there is something to do; called after every input, once its other actions are carried out.
  [[nodiscard]] virtual Actions on_work(const ConsensusView& view, double at_s) = 0;
  [[nodiscard]] virtual Actions on_message(const ConsensusView& view, NodeId from, const ConsensusMessage& message,
                                           double at_s) = 0;
  [[nodiscard]] virtual Actions on_timer(const ConsensusView& view, TimerId timer, double at_s) = 0;
  // A block (own or received) is now in the ledger; what is final by it?
  [[nodiscard]] virtual Actions on_appended(const ConsensusView& view, const BlockPointer& block, double at_s) = 0;
  // Protocol-specific validity beyond what Ledger checks: whose turn, how many votes, how much work.
  [[nodiscard]] virtual Verdict check(const Header& header) const = 0;
};

struct ConsensusSetup {
  NodeId self;
  std::int64_t validators = 1;
  KeyPair keys;
  double block_interval_s = 2.0;
  std::int64_t confirmations = 0;     // 0: half the validators, so that a majority has built on a final block
  Seed seed{0};                       // timeouts and mining draws of this node
};

[[nodiscard]] std::vector<NamedKind> consensus_kinds();
// Throws UsageError on an unknown kind, or numbers that the kind cannot work with.
[[nodiscard]] std::unique_ptr<Consensus> make_consensus(const std::string& kind, const ConsensusSetup& setup);

}  // namespace polyclinic
