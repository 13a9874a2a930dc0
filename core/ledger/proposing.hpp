// What protocols with one proposer at a time share: when a block is due, and making it.
#pragma once

#include "core/ledger/consensus.hpp"

namespace polyclinic {

// When a block on top of `parent` is due: `interval_s` after it once transactions wait, or at the wanted date if that comes
// later and `parent` does not meet it already; infinity while nothing is wanted. `parent` is in the ledger.
[[nodiscard]] double block_due_s(const ConsensusView& view, const Block& parent, double interval_s);

// A block on top of `parent` by the owner of `keys`. Its time is `at_s`, or the next instant after the parent's.
// `difficulty` as in Header.
[[nodiscard]] BlockPointer make_block(const ChainRules& rules, const Block& parent, NodeId proposer, std::uint64_t view,
                                      double at_s, std::vector<Transaction> transactions, const KeyPair& keys,
                                      double difficulty = 1.0);

// Throws UsageError for no validators, an interval outside 1 ms .. 1e12 s, or a timeout that is negative or no number.
void check_proposing_setup(const ConsensusSetup& setup);

}  // namespace polyclinic
