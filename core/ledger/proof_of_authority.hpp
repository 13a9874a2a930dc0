// Proof of authority as Clique (EIP-225, P. Szilagyi, 2017): n validators sign blocks in turn, others step in for one that is
// late.
//
// The block of height h is in turn for validator h mod n and has difficulty 2; any other validator may sign it out of turn,
// with difficulty 1. Nobody signs more than one of any floor(n/2) + 1 consecutive blocks (EIP-225's SIGNER_LIMIT), so that
// the chain goes on as long as that many validators live. A block's time is when it was signed, at least block_interval_s
// after its parent's. The head is the branch of the greatest total difficulty; among equal ones the one whose last block is
// earliest, then has the smaller hash. EIP-225 leaves that to chance, which has brought networks to a standstill: everybody
// had signed recently on a branch of his own, and all branches weighed the same (go-ethereum issue 18402, EIP-3436). With a
// rule that all share, everybody ends on one branch, on which somebody who lives has not signed recently.
//
// Who is not in turn waits longer by a random delay, drawn anew at each height: at least one step and up to
// floor(n/2) + 1 steps. A step is 500 ms as in EIP-225's reference implementation, but at most a quarter of the interval, so
// that chains faster than theirs keep the proportion. EIP-225 draws from zero on; the first step is EIP-1955's MIN_WAIT:
// without it, blocks out of turn rival those in turn although nobody is late.
//
// A validator signs when transactions wait, when a deadline has come (ConsensusView::wanted_at_s), or when the newest block
// that matters (one with transactions, or the first at or after the deadline) lacks confirmations on the head's branch and its
// own block would be a new one. So nobody signs more than one empty block for the same cause, and an idle chain is silent. (In life
// Clique signs empty blocks for ever.)
//
// A validator never signs two blocks on the same parent, and its blocks are at least an interval apart, crash or not. It may
// sign another block of a height at which its own block lost: on the winning branch it may be the only one who can. One that
// has restarted signs nothing for two intervals, in which it asks for what it missed and is answered: its turn may be long past,
// and its heavier block in the place of another's could tear down what is final.
//
// A block is final when blocks by `confirmations` different validators other than its signer lie on top of it on the head's
// branch: with the default, floor(n/2), a majority stands behind it. Without votes that is confidence, not certainty. It held in
// thousands of random schedules (consensus_properties_test.cpp) in which a minority crashed, no message was lost, and news was
// everywhere within an interval. A lost block is news that comes with the next one, an interval or more late, and a hostile
// validator's confirmation is worth nothing: with a fifth of the messages lost, or partitions of half an interval, or fewer than
// n/3 hostile validators of at least five, it held where all honest others have to confirm, and not with the default. Beyond that
// two nodes may finalize different blocks, and the lighter branch is reversed later (see Ledger::take_reversed). With more
// confirmations than the default, blocks are not final unless that many others live.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "core/ledger/consensus.hpp"

namespace polyclinic {

// Throws UsageError for no validators, an interval below 1 ms or more confirmations than there are other validators.
[[nodiscard]] std::unique_ptr<Consensus> make_proof_of_authority(const ConsensusSetup& setup);

// How many validators other than a block's signer must have signed on top of it until it is final.
[[nodiscard]] std::size_t confirmations_by_authority(const ConsensusRules& rules, std::int64_t validators);
// The highest block above `final_height`, `head` or an ancestor of it, with so many confirmations; nothing where there is none.
// Asks `known` for `head` and its ancestors down to that height.
[[nodiscard]] std::optional<Digest> confirmed_by_authority(const KnownHeaders& known, const Digest& head,
                                                           std::uint64_t final_height, std::size_t confirmations);

}  // namespace polyclinic
