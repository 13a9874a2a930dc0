// A Raft node's log, as far as it is not committed: committed blocks are the ledger's. An entry's index is its height, its term
// its header's view.
#pragma once

#include <cstdint>
#include <vector>

#include "core/ledger/ledger.hpp"

namespace polyclinic::raft {

class Log {
 public:
  [[nodiscard]] const BlockPointer& last(const Ledger& ledger) const;
  [[nodiscard]] BlockPointer at(std::uint64_t height, const Ledger& ledger) const;  // null beyond the last
  [[nodiscard]] bool has(std::uint64_t height, const Digest& block, const Ledger& ledger) const;
  [[nodiscard]] const std::vector<BlockPointer>& uncommitted() const { return blocks_; }

  void append(BlockPointer block) { blocks_.push_back(std::move(block)); }
  // Takes over a leader's blocks, whose first one's parent the log has; where one conflicts with one of the log, that one
  // and what follows it go.
  void merge(const std::vector<BlockPointer>& blocks, const Ledger& ledger);
  // Drops what the ledger has, and what conflicts with it.
  void settle(const Ledger& ledger);

 private:
  std::vector<BlockPointer> blocks_;
};

}  // namespace polyclinic::raft
