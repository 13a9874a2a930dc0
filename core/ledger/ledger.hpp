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
  // was and says why. A block already known is accepted again without effect. Final blocks stay, unless the rules say that
  // they may be reversed and `block` makes a branch without them the heaviest: see take_reversed().
  [[nodiscard]] Verdict append(const BlockPointer& block);

  // Declares `hash` and its ancestors final. Throws if it is unknown or not a descendant of the finalized block.
  // Returns the newly final blocks, oldest first.
  std::vector<BlockPointer> finalize(const Digest& hash);

  // Blocks that append() has just made not final any more, newest first; empties the list.
  [[nodiscard]] std::vector<BlockPointer> take_reversed();

  // The branch of the greatest total difficulty; unless rules().fork_choice.may_reverse, of those that hold the finalized
  // block. Of equal ones see ForkChoice. (With the earliest last block: as long as blocks reach everybody in the order in
  // which they were made, no node then ever leaves a chain that another node extends.)
  [[nodiscard]] const BlockPointer& head() const { return head_; }
  [[nodiscard]] const BlockPointer& finalized() const { return finalized_; }
  [[nodiscard]] BlockPointer find(const Digest& hash) const;                  // null when unknown
  [[nodiscard]] double total_difficulty(const Digest& hash) const;            // of a known block and its ancestors
  // Of the head's chain. Throws beyond the head.
  [[nodiscard]] BlockPointer at_height(std::uint64_t height) const { return find(chain_.at(height)); }
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
  [[nodiscard]] const Block& at(const Digest& hash) const { return *blocks_.at(hash).block; }
  [[nodiscard]] bool is_better(const Block& left, const Block& right) const;
  void insert(const BlockPointer& block);
  void move_head(const BlockPointer& block);

  std::shared_ptr<const ChainRules> rules_;
  std::shared_ptr<SignatureCache> signatures_;
  struct Node {
    BlockPointer block;
    double total_difficulty = 0.0;
  };
  std::map<Digest, Node> blocks_;
  std::map<Digest, std::set<Digest>> blocks_of_transaction_;
  std::vector<Digest> chain_;  // the head's, by height
  BlockPointer head_;
  BlockPointer finalized_;
  std::vector<BlockPointer> reversed_;
};

}  // namespace polyclinic
