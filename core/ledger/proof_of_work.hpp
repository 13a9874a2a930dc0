// Proof of work: the next block is found by chance, in proportion to computing power, and the branch with the most work wins.
//
// A validator with share s of the hash power (shares are scaled to a sum of 1; see ConsensusRules::hash_shares) finds the next
// block after an exponential time of mean block_interval_s * difficulty / s, the distribution of the first success in
// very many independent trials. That distribution has no memory, so the draw is made anew when the head changes, from the
// validator's own seed, the height and the number of draws before. Validators without a share only relay. Blocks
// are found whether transactions wait or not, and hold what waits when they are found.
//
// header.difficulty is the work in a block, in units of what the whole hash power of the beginning does in one interval: 1
// in the first blocks. With retarget_blocks = R > 0 it changes at every height that is a multiple of R, as in Bitcoin
// (pow.cpp, CalculateNextWorkRequired): by the factor expected / actual time between the blocks of heights h - 1 - R (or
// 0) and h - 1, but at most by 4 either way. Bitcoin measures R - 1 intervals and expects R; here both are the same number.
//
// The head is the branch with the most work, of equal ones the one that this node knew first (Bitcoin's rule). A block is
// final with `confirmations` blocks on top of it on the head's branch (0: 6, as is usual for Bitcoin). That is
// confidence, not certainty: a branch that was hidden or cut off for longer may reverse it (see Ledger::take_reversed).
#pragma once

#include <cstdint>
#include <memory>

#include "core/ledger/consensus.hpp"

namespace polyclinic {

// Throws UsageError for no validators, an interval below 1 ms, negative confirmations or retarget_blocks, and hash shares that
// are negative, more than there are validators, or all 0.
[[nodiscard]] std::unique_ptr<Consensus> make_proof_of_work(const ConsensusSetup& setup);

// How many blocks must lie on a block until it is final.
[[nodiscard]] std::uint64_t confirmations_by_work(const ConsensusRules& rules);

}  // namespace polyclinic
