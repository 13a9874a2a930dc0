#include "core/ledger/raft_messages.hpp"

namespace polyclinic::raft {

std::uint64_t AppendEntries::bytes() const {
  std::uint64_t sum = 1 + 8 + 8 + 32 + 4 + 8;
  for (const BlockPointer& block : blocks) sum += block->bytes();
  return sum;
}

}  // namespace polyclinic::raft
