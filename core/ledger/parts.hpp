// A payload that is too large for one block, over several transactions.
#pragma once

#include <cstdint>
#include <vector>

#include "core/ledger/transaction.hpp"
#include "core/ledger/validity.hpp"

namespace polyclinic {

// The largest payload that one transaction can bring into a block of its own, by size and by gas; 0 where not even a
// transaction without any fits. Of any size where payloads are not in the block.
[[nodiscard]] std::uint64_t largest_part_bytes(const ChainRules& rules);

// `update` in as few transactions as the rules allow, unsigned: itself where it fits, else parts of equal size, the last one
// the rest. Throws Error where it takes more than 65535.
[[nodiscard]] std::vector<Transaction> split(const Transaction& update, const ChainRules& rules);

}  // namespace polyclinic
