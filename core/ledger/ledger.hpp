// One node's view of a chain: a tree of valid blocks, a head chosen among its leaves, and a finalized prefix.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/ledger/block.hpp"

namespace polyclinic {

// Why something was not accepted. Each has a name in rejection_name(), which is what `/events` shows.
enum class Rejection {
  none,
  unknown_parent,
  wrong_chain,
  wrong_height,
  time_before_parent,
  unknown_proposer,
  wrong_turn,
  wrong_block_signature,
  wrong_merkle_root,
  block_too_large,
  unknown_author,
  wrong_transaction_signature,
  replayed_transaction,
  tampered_payload,
  conflicts_with_finalized,
  round_closed,
  not_a_participant,
  second_update_of_round,
};
[[nodiscard]] std::string rejection_name(Rejection reason);

struct Verdict {
  Rejection reason = Rejection::none;
  std::string detail;                 // empty when accepted
  [[nodiscard]] bool accepted() const { return reason == Rejection::none; }
};

// What everybody knows about a chain before its first block.
struct ChainRules {
  ChainId chain;
  std::vector<PublicKey> validators;            // by NodeId
  std::map<InstitutionId, PublicKey> members;
  std::uint64_t max_block_bytes = 64'000'000;
  bool payload_on_chain = true;
};


class Ledger {
 public:
  explicit Ledger(std::shared_ptr<const ChainRules> rules);

  // Adds `block` to the tree iff its parent is known and everything it claims verifies; otherwise leaves the ledger as it
  // was and says why. A block already known is accepted again without effect. Never drops a finalized block.
  [[nodiscard]] Verdict append(const BlockPointer& block);

  // Declares `hash` and its ancestors final. Throws if it is unknown or not a descendant of the finalized block.
  // Returns the newly final blocks, oldest first.
  std::vector<BlockPointer> finalize(const Digest& hash);

  [[nodiscard]] const BlockPointer& head() const { return head_; }            // longest chain; ties: smaller hash
  [[nodiscard]] const BlockPointer& finalized() const { return finalized_; }
  [[nodiscard]] BlockPointer find(const Digest& hash) const;                  // null when unknown
  // Whether the transaction is in `head`'s ancestry (head included).
  [[nodiscard]] bool includes(const Digest& transaction, const Digest& head) const;
  // From the first block after `ancestor` to `descendant`, oldest first.
  [[nodiscard]] std::vector<BlockPointer> path(const Digest& ancestor, const Digest& descendant) const;
  [[nodiscard]] std::vector<BlockPointer> blocks() const;                     // all, by (height, hash)
  [[nodiscard]] const ChainRules& rules() const { return *rules_; }

 private:
  std::shared_ptr<const ChainRules> rules_;
  std::map<Digest, BlockPointer> blocks_;
  std::map<Digest, std::set<Digest>> blocks_of_transaction_;
  BlockPointer head_;
  BlockPointer finalized_;
};

}  // namespace polyclinic
