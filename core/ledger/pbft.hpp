// PBFT in the form of IBFT 2.0 (Saltini & Hyland-Wood 2019, arXiv 1909.10194): each height is agreed on in rounds 0, 1, 2 ...,
// whose proposers are (height + round) mod n.
//
//   proposal   the round's proposer sends a block (pre-prepare)
//   prepare    every other validator that finds the block valid says so to all, once a round
//   commit     with the proposal and prepares that make a quorum of ceil(2n/3) together, a validator keeps this as a prepared
//              certificate and sends its commit, once a round
//   final      a quorum of commits for one block of one round, whatever round one is in oneself; they are the proof for others
//   change     a round that brings no block within timeout_s * 2^round (0: max(1 s, 2 block intervals); from round 10 on it
//              grows no more) is left for the next one by a round change message, with the prepared certificate and block if
//              there is one; from f + 1 = ceil(n/3) validators in higher rounds one learns to follow them (as in QBFT)
//   new round  its proposer shows a quorum of round changes, and proposes again the block of their highest prepared certificate,
//              or a new one where there is none
//
// So with f < n/3 faulty validators, of whatever kind, nobody finalizes two blocks at one height, and a final block stays so.
// A node's ledger holds final blocks only. A header's view is the round in which the block was made: proposed again in a later
// round it stays the same block, and only the messages' round is new.
//
// A proposer makes a block when transactions wait or ConsensusView::wanted_at_s has come, and not before the parent's time +
// block_interval_s. The round timer runs only where something is wanted or was heard of the height: an idle chain is silent.
// Written to disk before it is sent: height, round, the proposal stood behind, whether the commit is sent, the prepared
// certificate. Beyond the paper: a round change is repeated every two timeouts until a proposal comes, in case it was lost;
// who hears a round change for a height that is final says so; who hears from a higher height asks for what it missed, at
// once, or after a quarter of the timeout where it is the next height and the missing votes may still be on their way.
#pragma once

#include <memory>

#include "core/ledger/consensus.hpp"

namespace polyclinic {

// Throws UsageError for no validators, or an interval or timeout that is none.
[[nodiscard]] std::unique_ptr<Consensus> make_pbft(const ConsensusSetup& setup);

}  // namespace polyclinic
