// Agreement among a chain's validators, as a deterministic state machine without a clock: dated inputs in, actions out.
// Whoever drives it (a simulated machine, or a test) owns time and the network.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "core/base/named_kind.hpp"
#include "core/base/seed.hpp"
#include "core/ledger/consensus_message.hpp"
#include "core/ledger/consensus_rules.hpp"
#include "core/ledger/ledger.hpp"
#include "core/ledger/mempool.hpp"

namespace polyclinic {

using TimerId = std::uint64_t;

struct Send {  // to one validator, never to itself
  NodeId to;
  ConsensusMessagePointer message;
};
struct Broadcast {  // to every other validator, directly
  ConsensusMessagePointer message;
};
// Calls on_timer(id) at simulated time at_s, or later where the computer is busy. A newer one with the same id replaces it;
// one that is no longer needed is not cancelled, it rings in vain. Timers do not survive a crash.
struct SetTimer {
  TimerId id = 0;
  double at_s = 0.0;
};
struct Publish {  // the node's own block: added to its ledger, then spread by gossip
  BlockPointer block;
};
struct PublishTo {  // a block sent whole to these alone, not added to the own ledger: hostile validators only
  BlockPointer block;
  std::vector<NodeId> to;
};
struct Append {  // a block that came with the protocol's own messages: added, not spread
  BlockPointer block;
};
// A valid block that is proposed, before anything is said about it that others may rely on: its maker pays for signing it, others
// for verifying it, or, where nobody is suspected of lying, for its hash alone; it counts as seen. Once for each block.
struct Examine {
  enum class By : std::uint8_t { signatures, hash };
  By by = By::signatures;
  BlockPointer block;
};
struct Finalize {  // a block of the ledger and all its ancestors
  Digest block;
};
struct CatchUp {  // asks that validator for the blocks that this one has missed
  NodeId from;
};
struct Notice {  // for `/events`: "equivocation", "round_change", "election" ...
  std::string kind;
  std::string cause;
  std::string detail;
  std::string consequence;
};
using Action = std::variant<Send, Broadcast, SetTimer, Publish, PublishTo, Append, Examine, Finalize, CatchUp, Notice>;
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
  // Messages of other protocols are ignored.
  [[nodiscard]] virtual Actions on_message(const ConsensusView& view, NodeId from, const ConsensusMessage& message,
                                           double at_s) = 0;
  [[nodiscard]] virtual Actions on_timer(const ConsensusView& view, TimerId timer, double at_s) = 0;
  // A block, from wherever it came, is now in the ledger; what is final by it?
  [[nodiscard]] virtual Actions on_appended(const ConsensusView& view, const BlockPointer& block, double at_s) = 0;
  // The computer has started, or restarted after a crash. What lay in memory alone (timers, votes that were being collected)
  // is gone; what a node of this protocol writes to disk before it speaks (its votes, locks and terms) is not.
  [[nodiscard]] virtual Actions on_start(const ConsensusView& view, double at_s) = 0;
  // Protocol-specific validity beyond check_origin() and check_place(), which are others' to ask: whose turn, how much
  // work. Says nothing of a header whose parent is unknown.
  [[nodiscard]] virtual Verdict check(const KnownHeaders& known, const Header& header) const = 0;
  // What proves to a node that catches up that `block` of this node's ledger is final (PBFT: the commit votes); null where
  // blocks speak for themselves. A node that has appended the blocks of a catch-up answer hands its proof to on_message(),
  // which checks it, keeps it for others and answers Finalize; proves_finality() serves who wants to check before appending.
  [[nodiscard]] virtual ConsensusMessagePointer finality_proof(const Digest& block) const;
  [[nodiscard]] virtual bool proves_finality(const ConsensusMessage& proof, const Header& header) const;
};

struct ConsensusSetup {
  NodeId self;
  std::int64_t validators = 1;
  KeyPair keys;
  ConsensusRules rules;
  Seed seed{0};  // timeouts and mining draws of this node
};

[[nodiscard]] std::vector<NamedKind> consensus_kinds();
// Throws UsageError on an unknown rules.kind, or numbers that the kind cannot work with.
[[nodiscard]] std::unique_ptr<Consensus> make_consensus(const ConsensusSetup& setup);
// How a ledger under these rules chooses its head, and whether a final block may be reversed.
[[nodiscard]] ForkChoice fork_choice(const ConsensusRules& rules);

}  // namespace polyclinic
