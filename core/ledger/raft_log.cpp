#include "core/ledger/raft_log.hpp"

#include <algorithm>

namespace polyclinic::raft {

const BlockPointer& Log::last(const Ledger& ledger) const { return blocks_.empty() ? ledger.finalized() : blocks_.back(); }

BlockPointer Log::at(std::uint64_t height, const Ledger& ledger) const {
  const std::uint64_t committed = ledger.finalized()->header().height;
  if (height <= committed) return ledger.at_height(height);
  const std::uint64_t index = height - committed - 1;
  return index < blocks_.size() ? blocks_[index] : nullptr;
}

bool Log::has(std::uint64_t height, const Digest& block, const Ledger& ledger) const {
  const BlockPointer known = at(height, ledger);
  return known && known->hash() == block;
}

void Log::merge(const std::vector<BlockPointer>& blocks, const Ledger& ledger) {
  const std::uint64_t committed = ledger.finalized()->header().height;
  for (const BlockPointer& block : blocks) {
    const std::uint64_t height = block->header().height;
    if (height <= committed || has(height, block->hash(), ledger)) continue;
    blocks_.resize(height - committed - 1);
    blocks_.push_back(block);
  }
}

void Log::settle(const Ledger& ledger) {
  const Block& final_block = *ledger.finalized();
  const auto is_above = [&](const BlockPointer& block) { return block->header().height > final_block.header().height; };
  blocks_.erase(blocks_.begin(), std::ranges::find_if(blocks_, is_above));
  if (!blocks_.empty() && blocks_.front()->header().parent != final_block.hash()) blocks_.clear();
}

}  // namespace polyclinic::raft
