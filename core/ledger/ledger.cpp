#include "core/ledger/ledger.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "core/base/error.hpp"

namespace polyclinic {

bool Ledger::is_better(const Block& left, const Block& right) const {
  const double left_total = total_difficulty(left.hash());
  const double right_total = total_difficulty(right.hash());
  if (left_total != right_total) return left_total > right_total;
  if (rules_->fork_choice.first_seen) return false;
  return std::tie(left.header().time_s, left.hash()) < std::tie(right.header().time_s, right.hash());
}

Ledger::Ledger(std::shared_ptr<const ChainRules> rules, std::shared_ptr<SignatureCache> signatures)
    : rules_(std::move(rules)), signatures_(signatures ? std::move(signatures) : std::make_shared<SignatureCache>()),
      head_(genesis(rules_->chain)), finalized_(head_) {
  insert(head_);
  chain_.push_back(head_->hash());
}

Verdict Ledger::append(const BlockPointer& block) {
  if (blocks_.contains(block->hash())) return {};
  Verdict verdict = check_place(*block);
  if (verdict.accepted()) verdict = check_block(*block, *rules_, *signatures_);
  if (verdict.accepted()) verdict = check_replays(*block);
  if (!verdict.accepted()) return verdict;
  insert(block);
  if (is_better(*block, *head_)) move_head(block);
  return {};
}

std::vector<BlockPointer> Ledger::finalize(const Digest& hash) {
  std::vector<BlockPointer> newly_final = path(finalized_->hash(), hash);
  if (newly_final.empty()) return newly_final;
  finalized_ = newly_final.back();
  if (is_ancestor(*finalized_, *head_)) return newly_final;
  BlockPointer best = finalized_;
  for (const auto& [block_hash, node] : blocks_) {
    if (is_better(*node.block, *best) && is_ancestor(*finalized_, *node.block)) best = node.block;
  }
  move_head(best);
  return newly_final;
}

BlockPointer Ledger::find(const Digest& hash) const {
  const auto found = blocks_.find(hash);
  return found == blocks_.end() ? nullptr : found->second.block;
}

double Ledger::total_difficulty(const Digest& hash) const { return blocks_.at(hash).total_difficulty; }

std::vector<BlockPointer> Ledger::take_reversed() { return std::exchange(reversed_, {}); }

bool Ledger::includes(const Digest& transaction, const Digest& head) const {
  const auto holders = blocks_of_transaction_.find(transaction);
  if (holders == blocks_of_transaction_.end()) return false;
  const Block& descendant = at(head);
  return std::ranges::any_of(holders->second, [&](const Digest& hash) { return is_ancestor(at(hash), descendant); });
}

std::vector<BlockPointer> Ledger::path(const Digest& ancestor, const Digest& descendant) const {
  const BlockPointer from = find(ancestor);
  const BlockPointer to = find(descendant);
  require(from && to, "block {} is unknown", (from ? descendant : ancestor).short_hex());
  require(is_ancestor(*from, *to), "block {} does not descend from block {}", descendant.short_hex(),
          ancestor.short_hex());
  std::vector<BlockPointer> blocks;
  for (BlockPointer block = to; block != from; block = find(block->header().parent)) blocks.push_back(block);
  std::ranges::reverse(blocks);
  return blocks;
}

std::vector<BlockPointer> Ledger::blocks() const {
  std::vector<BlockPointer> all;
  all.reserve(blocks_.size());
  for (const auto& [hash, node] : blocks_) all.push_back(node.block);
  std::ranges::stable_sort(all, {}, [](const BlockPointer& block) { return block->header().height; });
  return all;
}

Verdict Ledger::check_place(const Block& block) const {
  const Header& header = block.header();
  const BlockPointer parent = find(header.parent);
  if (!parent) return {Rejection::unknown_parent, fmt::format("parent {} is unknown", header.parent.short_hex())};
  if (header.height != parent->header().height + 1) {
    return {Rejection::wrong_height,
            fmt::format("height {} on a parent of height {}", header.height, parent->header().height)};
  }
  if (!(header.time_s > parent->header().time_s)) {
    return {Rejection::time_before_parent,
            fmt::format("at {} s on a parent at {} s", header.time_s, parent->header().time_s)};
  }
  if (!rules_->fork_choice.may_reverse && !is_ancestor(*finalized_, *parent)) {
    return {Rejection::conflicts_with_finalized,
            fmt::format("parent {} is not above the finalized block {} of height {}", header.parent.short_hex(),
                        finalized_->hash().short_hex(), finalized_->header().height)};
  }
  return {};
}

Verdict Ledger::check_replays(const Block& block) const {
  for (const Digest& id : block.transaction_ids()) {
    if (includes(id, block.header().parent)) {
      return {Rejection::replayed_transaction, fmt::format("transaction {} is in the chain already", id.short_hex())};
    }
  }
  return {};
}

bool Ledger::is_ancestor(const Block& ancestor, const Block& descendant) const {
  const std::uint64_t height = ancestor.header().height;
  const Block* block = &descendant;
  while (block->header().height > height) {
    const std::uint64_t here = block->header().height;
    if (here < chain_.size() && chain_[here] == block->hash()) return chain_[height] == ancestor.hash();
    block = &at(block->header().parent);
  }
  return block->hash() == ancestor.hash();
}

void Ledger::insert(const BlockPointer& block) {
  const auto parent = blocks_.find(block->header().parent);
  const double before = parent == blocks_.end() ? 0.0 : parent->second.total_difficulty;
  blocks_.emplace(block->hash(), Node{block, before + block->header().difficulty});
  if (rules_->load) return;  // nobody asks where synthetic load is, and thousands of nodes would remember it
  for (const Digest& id : block->transaction_ids()) blocks_of_transaction_[id].insert(block->hash());
}

void Ledger::move_head(const BlockPointer& block) {
  while (!is_ancestor(*finalized_, *block)) {
    reversed_.push_back(finalized_);
    finalized_ = find(finalized_->header().parent);
  }
  head_ = block;
  chain_.resize(block->header().height + 1);
  for (BlockPointer at = block; chain_[at->header().height] != at->hash(); at = find(at->header().parent)) {
    chain_[at->header().height] = at->hash();
  }
}

}  // namespace polyclinic
