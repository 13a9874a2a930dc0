// One node's view of a chain: a tree of valid blocks, a head chosen among its leaves, and a finalized prefix.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "core/ledger/validity.hpp"

namespace polyclinic {

class Ledger {
 public:
  // A ledger without a cache of signatures gets one of its own.
  explicit Ledger(std::shared_ptr<const ChainRules> rules, std::shared_ptr<SignatureCache> signatures = nullptr);

  // Adds `block` to the tree iff its parent is known and everything it claims verifies; otherwise leaves the ledger as it
  // was and says why. A block already known is accepted again without effect. Never drops a finalized block.
  [[nodiscard]] Verdict append(const BlockPointer& block);

  // Declares `hash` and its ancestors final. Throws if it is unknown or not a descendant of the finalized block.
  // Returns the newly final blocks, oldest first.
  std::vector<BlockPointer> finalize(const Digest& hash);

  // The longest chain that holds the finalized block. Of equally long ones, that whose last block is earliest (as long as
  // blocks reach everybody in the order in which they were made, no node then ever leaves a chain that another node
  // extends), then that with the smaller hash.
  [[nodiscard]] const BlockPointer& head() const { return head_; }
  [[nodiscard]] const BlockPointer& finalized() const { return finalized_; }
  [[nodiscard]] BlockPointer find(const Digest& hash) const;                  // null when unknown
  // Whether the transaction is in `head`'s ancestry (head included). Fast on the head's own chain, slower by the length of
  // the fork elsewhere.
  [[nodiscard]] bool includes(const Digest& transaction, const Digest& head) const;
  // From the first block after `ancestor` to `descendant`, oldest first. Throws where they are not that.
  [[nodiscard]] std::vector<BlockPointer> path(const Digest& ancestor, const Digest& descendant) const;
  [[nodiscard]] std::vector<BlockPointer> blocks() const;                     // all, by (height, hash)
  [[nodiscard]] const ChainRules& rules() const { return *rules_; }

 private:
  [[nodiscard]] Verdict check_place(const Block& block) const;
  [[nodiscard]] Verdict check_replays(const Block& block) const;
  [[nodiscard]] bool is_ancestor(const Block& ancestor, const Block& descendant) const;
  [[nodiscard]] const Block& at(const Digest& hash) const { return *blocks_.at(hash); }
  void insert(const BlockPointer& block);
  void move_head(const BlockPointer& block);

  std::shared_ptr<const ChainRules> rules_;
  std::shared_ptr<SignatureCache> signatures_;
  std::map<Digest, BlockPointer> blocks_;
  std::map<Digest, std::set<Digest>> blocks_of_transaction_;
  std::vector<Digest> chain_;  // the head's, by height
  BlockPointer head_;
  BlockPointer finalized_;
};

}  // namespace polyclinic
