#include "core/ledger/ledger.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "core/base/error.hpp"

namespace polyclinic {

Ledger::Ledger(std::shared_ptr<const ChainRules> rules, std::shared_ptr<SignatureCache> signatures)
    : rules_(std::move(rules)),
      signatures_(signatures ? std::move(signatures) : std::make_shared<SignatureCache>()),
      head_(genesis(rules_->chain)),
      finalized_(head_) {
  insert(head_);
  chain_.push_back(0);
}

Verdict Ledger::append(const BlockPointer& block) {
  if (index_.contains(block->hash())) return {};
  Verdict verdict = check(*block);
  if (!verdict.accepted()) return verdict;
  insert(block);
  if (is_better(blocks_.back(), blocks_[chain_.back()])) move_head(static_cast<Index>(blocks_.size() - 1));
  return {};
}

Verdict Ledger::check(const Block& block) const {
  Verdict verdict = check_place(block.header(), find_header(block.header().parent));
  if (verdict.accepted()) verdict = check_finality(block.header());
  if (verdict.accepted() && !signatures_->remembers(block, rules_)) {
    verdict = check_block(block, *rules_, *signatures_);
    if (verdict.accepted()) signatures_->remember(block, rules_);
  }
  if (verdict.accepted()) verdict = check_replays(block);
  return verdict;
}

std::vector<BlockPointer> Ledger::finalize(const Digest& hash) {
  std::vector<BlockPointer> newly_final = path(finalized_->hash(), hash);
  if (newly_final.empty()) return newly_final;
  finalized_ = newly_final.back();
  const Index final_index = index_.at(hash);
  if (is_ancestor(final_index, chain_.back())) return newly_final;
  Index best = final_index;
  for (Index i = final_index + 1; i < blocks_.size(); ++i) {
    if (is_better(blocks_[i], blocks_[best]) && is_ancestor(final_index, i)) best = i;
  }
  move_head(best);
  return newly_final;
}

BlockPointer Ledger::find(const Digest& hash) const {
  const auto found = index_.find(hash);
  return found == index_.end() ? nullptr : blocks_[found->second].block;
}

const Header* Ledger::find_header(const Digest& hash) const {
  const auto found = index_.find(hash);
  return found == index_.end() ? nullptr : &blocks_[found->second].block->header();
}

double Ledger::total_difficulty(const Digest& hash) const {
  const auto found = index_.find(hash);
  if (found == index_.end()) fail("block {} is unknown", hash.short_hex());
  return blocks_[found->second].total_difficulty;
}

std::vector<BlockPointer> Ledger::take_reversed() { return std::exchange(reversed_, {}); }

bool Ledger::includes(const Digest& transaction, const Digest& head) const {
  const auto [first, last] = blocks_of_transaction_.equal_range(transaction);
  if (first == last) return false;
  const Index descendant = index_.at(head);
  return std::any_of(first, last, [&](const auto& holder) { return is_ancestor(holder.second, descendant); });
}

std::vector<BlockPointer> Ledger::path(const Digest& ancestor, const Digest& descendant) const {
  const auto from = index_.find(ancestor);
  const auto to = index_.find(descendant);
  if (from == index_.end() || to == index_.end()) {  // names are expensive: only where there is a problem
    fail("block {} is unknown", (from == index_.end() ? ancestor : descendant).short_hex());
  }
  if (!is_ancestor(from->second, to->second)) {
    fail("block {} does not descend from block {}", descendant.short_hex(), ancestor.short_hex());
  }
  std::vector<BlockPointer> blocks;
  for (Index i = to->second; i != from->second; i = blocks_[i].parent) blocks.push_back(blocks_[i].block);
  std::ranges::reverse(blocks);
  return blocks;
}

std::vector<BlockPointer> Ledger::blocks() const {
  std::vector<BlockPointer> all;
  all.reserve(blocks_.size());
  for (const Node& node : blocks_) all.push_back(node.block);
  std::ranges::sort(all, [](const BlockPointer& left, const BlockPointer& right) {
    return std::tie(left->header().height, left->hash()) < std::tie(right->header().height, right->hash());
  });
  return all;
}

Verdict Ledger::check_finality(const Header& header) const {
  if (rules_->fork_choice.may_reverse || is_ancestor(chain_[finalized_->header().height], index_.at(header.parent))) return {};
  return {Rejection::conflicts_with_finalized,
          fmt::format("parent {} is not above the finalized block {} of height {}", header.parent.short_hex(),
                      finalized_->hash().short_hex(), finalized_->header().height)};
}

Verdict Ledger::check_replays(const Block& block) const {
  for (const Digest& id : block.transaction_ids()) {
    if (includes(id, block.header().parent)) {
      return {Rejection::replayed_transaction, fmt::format("transaction {} is in the chain already", id.short_hex())};
    }
  }
  return {};
}

bool Ledger::is_ancestor(Index ancestor, Index descendant) const {
  const std::uint64_t height = height_of(ancestor);
  for (std::uint64_t at = height_of(descendant); at > height; --at, descendant = blocks_[descendant].parent) {
    if (at < chain_.size() && chain_[at] == descendant) return chain_[height] == ancestor;
  }
  return descendant == ancestor;
}

bool Ledger::is_better(const Node& left, const Node& right) const {
  const auto tip = [](const Node& node) {
    return BranchTip{node.total_difficulty, node.block->header().time_s, node.block->hash()};
  };
  return polyclinic::is_better(tip(left), tip(right), rules_->fork_choice);
}

void Ledger::insert(const BlockPointer& block) {
  const auto index = static_cast<Index>(blocks_.size());
  const Index parent = blocks_.empty() ? index : index_.at(block->header().parent);
  const double before = blocks_.empty() ? 0.0 : blocks_[parent].total_difficulty;
  blocks_.push_back({block, before + block->header().difficulty, parent});
  index_.emplace(block->hash(), index);
  if (rules_->load) return;  // nobody asks where synthetic load is, and thousands of nodes would remember it
  for (const Digest& id : block->transaction_ids()) blocks_of_transaction_.emplace(id, index);
}

void Ledger::move_head(Index to) {
  while (!is_ancestor(index_.at(finalized_->hash()), to)) {
    reversed_.push_back(finalized_);
    finalized_ = find(finalized_->header().parent);
  }
  head_ = blocks_[to].block;
  const std::uint64_t height = height_of(to);
  const std::uint64_t known = std::min<std::uint64_t>(height + 1, chain_.size());
  chain_.resize(height + 1);
  for (std::uint64_t at = height; at >= known || chain_[at] != to; --at, to = blocks_[to].parent) chain_[at] = to;
}

}  // namespace polyclinic
