// Proof of authority: time is cut into slots, and each belongs to one validator.
//
// Slot k >= 1 begins at k * block_interval_s and belongs to validator k mod n, who may seal one block in it; the header's
// time is the beginning of the slot. A validator seals when transactions wait, when a deadline has come
// (ConsensusView::wanted_at_s), or when the newest block that matters (one with transactions, or the first at or after the
// deadline) is not final and its own block would be a new confirmation of it. So nobody seals more than one empty block
// for the same cause, and an idle chain is silent. A block is final when blocks by `confirmations` different validators
// other than its proposer lie on top of it, on any branch; with the default of half the validators a majority stands
// behind it.
//
// As in every proof of authority without votes, that is safe only while messages are quick or orderly. A block that reaches
// everybody within an interval leaves no room for forks. Where messages take longer, but all about as long and no longer
// than a turn of all validators, forks end in the chain that everybody prefers (see Ledger::head). With arbitrary delays
// two validators could finalize different branches; each then rejects the other's blocks as conflicts_with_finalized.
#pragma once

#include <memory>

#include "core/ledger/consensus.hpp"

namespace polyclinic {

// Throws UsageError for no validators, an interval below 1 ms or more confirmations than there are other validators.
[[nodiscard]] std::unique_ptr<Consensus> make_proof_of_authority(const ConsensusSetup& setup);

}  // namespace polyclinic
