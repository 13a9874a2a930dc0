// Raft (Ongaro & Ousterhout 2014, "In Search of an Understandable Consensus Algorithm") as the ordering service of a
// permissioned ledger: a log entry is a block, whose view is the leader's term, and whose parent the entry before it.
//
// A node that hears from no leader for a time drawn from [timeout_s, 2 timeout_s) stands for election in the next term; the
// votes of a majority make it leader, and who votes makes sure that its log is not behind. timeout_s = 0 is 5 s, Hyperledger
// Fabric's default of ten ticks of 0.5 s; the leader sends a heartbeat every tenth of the timeout. The leader makes a block when
// transactions wait or ConsensusView::wanted_at_s has come, at most one every block_interval_s, and the next one when that is
// committed. It sends blocks once, and again only where they are not acknowledged in time or the follower's log turns out to
// differ; then what conflicts there is cut off.
//
// A block of the leader's own term is committed, and its ancestors with it, when a majority has it: then it enters the ledgers
// and is final, the leader's at once, the others' when the leader's next message says so, which follows at once. A new leader
// that finds uncommitted blocks in its log puts an empty one of its own term on them, whatever the interval, so that they can
// be committed. Term, vote and log survive a crash. Crashes and lost messages are the only faults tolerated: with any number
// of them no two nodes finalize different blocks at one height; there is progress while a majority can talk to each other.
#pragma once

#include <cstdint>
#include <memory>

#include "core/ledger/consensus.hpp"

namespace polyclinic {

namespace raft {

[[nodiscard]] constexpr std::int64_t majority(std::int64_t validators) { return validators / 2 + 1; }

}  // namespace raft

// Throws UsageError for no validators, or an interval or timeout that is none.
[[nodiscard]] std::unique_ptr<Consensus> make_raft(const ConsensusSetup& setup);

}  // namespace polyclinic
