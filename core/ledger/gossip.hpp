// How one node spreads transactions and blocks: whom it tells, what it has asked of whom, what it answers. It judges nothing
// of what travels.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "core/ledger/effects.hpp"
#include "core/ledger/gossip_rules.hpp"

namespace polyclinic {

// Node-level timers have it, those of a consensus do not.
inline constexpr TimerId node_timer = TimerId{1} << 63;

class Gossip {
 public:
  static constexpr TimerId timer = node_timer | 1;

  Gossip(const GossipRules& rules, NodeId self, std::int64_t nodes);

  [[nodiscard]] const std::vector<NodeId>& neighbours() const { return neighbours_; }

  // Remembers the payload, for those who will ask for it.
  void keep(const Submission& submission, const Digest& id);
  // Tells the neighbours of what is new here and came from `from`, or was made here. With a fan-out of 0 only what was made
  // here is told, since its maker tells everybody.
  void spread(const Submission& submission, const Digest& id, std::optional<NodeId> from, Effects& effects);
  void spread(const BlockPointer& block, std::optional<NodeId> from, Effects& effects);

  // `from` has what this node lacks: asks for it, now or when those asked before do not answer.
  void want_block(const Digest& block, NodeId from, double at_s, Effects& effects);
  void want_transaction(const Digest& transaction, NodeId from, double at_s, Effects& effects);
  // A block of which these transactions are missing: it must not be used before it is complete.
  void want_rest(const BlockPointer& block, std::vector<Digest> missing, NodeId from, double at_s, Effects& effects);

  // Whether the transaction is missing in a block.
  [[nodiscard]] bool is_missing(const Digest& transaction) const;
  // It has come, and wants nothing more; answers the blocks that are complete with it.
  struct Complete {
    BlockPointer block;
    NodeId from;  // whose announcement came first
  };
  [[nodiscard]] std::vector<Complete> have_transaction(const Digest& transaction);
  void have_block(const Digest& block) { wanted_.erase(block); }

  // Of a block: as a whole, or compact; with transactions too: those of the block, whole where this node has not got each
  // payload. Of transactions alone: those that wait in the pool.
  void answer(NodeId from, const Request& request, const Ledger& ledger, const Mempool& mempool, Effects& effects) const;

  // Asks again what has not come in time, of the next who has it; gives up after some attempts.
  void fire(double at_s, Effects& effects);
  // Payloads of transactions that wait no more.
  void forget(const std::vector<BlockPointer>& finalized);
  // All that is wanted, and all payloads.
  void clear();

 private:
  enum class Kind { block, transaction, rest };
  struct Wanted {
    Kind kind;
    std::vector<NodeId> holders;  // in the order in which they said so
    int attempts = 0;
    double due_s = 0.0;
    BlockPointer incomplete = nullptr;  // of kind rest
    std::vector<Digest> missing = {};
  };

  void want(Kind kind, const Digest& digest, NodeId from, double at_s, Effects& effects);
  void ask(const Digest& digest, Wanted& wanted, double at_s, Effects& effects);
  // One timer for all that is wanted: this date takes the place of a later one.
  void arm(double due_s, Effects& effects);
  void tell(std::optional<NodeId> from, const NodeMessage& message, Effects& effects) const;
  [[nodiscard]] NodeMessage message_of(const BlockPointer& block) const;
  void answer_rest(NodeId from, const BlockPointer& block, const std::vector<Digest>& missing, Effects& effects) const;
  [[nodiscard]] std::optional<Submission> submission(const Transaction& transaction, const Digest& id,
                                                     bool payload_on_chain) const;

  GossipRules rules_;
  std::vector<NodeId> neighbours_;
  std::map<Digest, Wanted> wanted_;
  std::optional<double> armed_s_;                                         // the date of the timer that is set
  std::unordered_map<Digest, SharedUpdatePointer, DigestHash> payloads_;  // by transaction
};

}  // namespace polyclinic
