// One node's view of a chain: a tree of valid blocks, a head chosen among its leaves, and a finalized prefix.
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "core/ledger/header_rules.hpp"
#include "core/ledger/validity.hpp"

namespace polyclinic {

class Ledger final : public KnownHeaders {
 public:
  // A ledger without a cache of signatures gets one of its own.
  explicit Ledger(std::shared_ptr<const ChainRules> rules, std::shared_ptr<SignatureCache> signatures = nullptr);

  // Adds `block` to the tree iff its parent is known and everything it claims verifies; otherwise leaves the ledger as it
  // was and says why. A block already known is accepted again without effect. Final blocks stay, unless the rules say that
  // they may be reversed and `block` makes a branch without them the heaviest: see take_reversed().
  [[nodiscard]] Verdict append(const BlockPointer& block);

  // What append() would say, without adding the block: a validator votes only for what it could append.
  [[nodiscard]] Verdict check(const Block& block) const;

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
  [[nodiscard]] const Header* find_header(const Digest& hash) const override;  // null when unknown
  // Of a block and its ancestors. Throws Error when unknown.
  [[nodiscard]] double total_difficulty(const Digest& hash) const;
  // Of the head's chain. Throws beyond the head.
  [[nodiscard]] BlockPointer at_height(std::uint64_t height) const { return blocks_[chain_.at(height)].block; }
  // Whether the transaction is in `head`'s ancestry (head included). Fast on the head's own chain, slower by the length of
  // the fork elsewhere.
  [[nodiscard]] bool includes(const Digest& transaction, const Digest& head) const;
  // From the first block after `ancestor` to `descendant`, oldest first. Throws where they are not that.
  [[nodiscard]] std::vector<BlockPointer> path(const Digest& ancestor, const Digest& descendant) const;
  [[nodiscard]] std::vector<BlockPointer> blocks() const;                     // all, by (height, hash)
  [[nodiscard]] const ChainRules& rules() const { return *rules_; }

 private:
  using Index = std::uint32_t;         // into blocks_
  struct Node {
    BlockPointer block;
    double total_difficulty = 0.0;
    Index parent = 0;                  // the genesis is its own
  };

  [[nodiscard]] Verdict check_finality(const Header& header) const;
  [[nodiscard]] Verdict check_replays(const Block& block) const;
  [[nodiscard]] std::uint64_t height_of(Index index) const { return blocks_[index].block->header().height; }
  [[nodiscard]] bool is_ancestor(Index ancestor, Index descendant) const;
  [[nodiscard]] bool is_better(const Node& left, const Node& right) const;
  void insert(const BlockPointer& block);
  void move_head(Index to);

  std::shared_ptr<const ChainRules> rules_;
  std::shared_ptr<SignatureCache> signatures_;
  std::vector<Node> blocks_;           // in the order in which they came, so parents before their children
  std::unordered_map<Digest, Index, DigestHash> index_;                     // by block
  std::unordered_multimap<Digest, Index, DigestHash> blocks_of_transaction_;
  std::vector<Index> chain_;           // the head's, by height; the finalized block is on it
  BlockPointer head_;
  BlockPointer finalized_;
  std::vector<BlockPointer> reversed_;
};

}  // namespace polyclinic
