#include "core/relay/header_tree.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace polyclinic {

HeaderTree::HeaderTree(ChainId chain, ForkChoice fork_choice, std::uint64_t kept, std::uint64_t look_back)
    : fork_choice_(fork_choice), kept_(kept), look_back_(look_back) {
  const BlockPointer root = genesis(chain);
  entries_.emplace(root->hash(), Entry{root->header(), root->header().difficulty});
  best_.push_back(root->hash());
}

const Header* HeaderTree::find_header(const Digest& block) const {
  const Entry* entry = find(block);
  return entry ? &entry->header : nullptr;
}

const HeaderTree::Entry* HeaderTree::find(const Digest& block) const {
  const auto found = entries_.find(block);
  return found == entries_.end() ? nullptr : &found->second;
}

BranchTip HeaderTree::best_tip() const {
  const Entry& entry = entries_.at(best_block());
  return {entry.total_difficulty, entry.header.time_s, best_block()};
}

bool HeaderTree::is_on_best_branch(const Digest& block) const {
  const Header* header = find_header(block);
  return header && header->height >= base_ && header->height <= best_height() && at_height(header->height) == block;
}

std::uint64_t HeaderTree::add(const Header& header, const Digest& hash) {
  const double total_difficulty = entries_.at(header.parent).total_difficulty + header.difficulty;
  entries_.emplace(hash, Entry{header, total_difficulty});
  const bool is_best =
      header.parent == best_block() || is_better({total_difficulty, header.time_s, hash}, best_tip(), fork_choice_);
  if (!is_best) return 0;
  const std::uint64_t before = final_height_;
  move_best(hash);
  return before - final_height_;
}

void HeaderTree::move_best(const Digest& tip) {
  std::vector<Digest> branch;
  Digest at = tip;
  for (; !is_on_best_branch(at); at = entries_.at(at).header.parent) branch.push_back(at);
  const std::uint64_t fork_height = entries_.at(at).header.height;
  best_.resize(fork_height - base_ + 1);
  best_.insert(best_.end(), branch.rbegin(), branch.rend());
  final_height_ = std::min(final_height_, fork_height);
}

void HeaderTree::finalize(const Digest& block) {
  final_height_ = entries_.at(block).header.height;
  if (final_height_ > kept_) floor_ = std::max(floor_, final_height_ - kept_);
  forget();
}

// A branch that leaves the best one below what is kept could not be followed down to it any more.
void HeaderTree::forget() {
  const std::uint64_t lowest = floor_ > look_back_ ? floor_ - look_back_ : 0;
  if (lowest < base_ + (kept_ + look_back_) / 2) return;
  best_.erase(best_.begin(), best_.begin() + static_cast<std::ptrdiff_t>(lowest - base_));
  base_ = lowest;
  std::erase_if(entries_, [this](const auto& entry) { return !is_on_best_branch(entry.first); });
}

const Header* Extension::find_header(const Digest& block) const {
  const auto found = by_hash_.find(block);
  return found == by_hash_.end() ? tree_.find_header(block) : found->second;
}

Verdict Extension::check_place(const Header& header) const {
  if (headers_.empty()) {
    const Header* parent = tree_.find_header(header.parent);
    return polyclinic::check_place(header, parent && parent->height >= tree_.floor() ? parent : nullptr);
  }
  if (header.parent == hashes_.back()) return polyclinic::check_place(header, &headers_.back());
  return {Rejection::unknown_parent, fmt::format("parent {} is not the header before it", header.parent.short_hex())};
}

void Extension::push(const Header& header, const Digest& hash) {
  headers_.push_back(header);
  hashes_.push_back(hash);
  by_hash_.emplace(hash, &headers_.back());
}

// The sum goes from the tree upwards, as it does where they are added one by one.
BranchTip Extension::tip() const {
  double total_difficulty = tree_.find(headers_.front().parent)->total_difficulty;
  for (const Header& header : headers_) total_difficulty += header.difficulty;
  return {total_difficulty, headers_.back().time_s, hashes_.back()};
}

}  // namespace polyclinic
