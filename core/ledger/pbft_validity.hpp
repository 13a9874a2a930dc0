// When a header is in turn, and a proposal to be stood behind.
#pragma once

#include <cstdint>

#include "core/ledger/consensus.hpp"
#include "core/ledger/pbft_state.hpp"

namespace polyclinic::pbft {

// Whether what `change` says of a prepared block is possible on top of `parent`.
[[nodiscard]] bool is_plausible(const RoundChange& change, const Block& parent, std::int64_t validators);

// Of the certificates that the round changes carry, that of the highest round; null where none carries one.
[[nodiscard]] const PreparedCertificate* highest_prepared(const std::vector<RoundChangePointer>& changes);

// Round 0 needs none, but a block of its own making. Above it, a quorum must have changed to the round, and the block must
// be the one prepared in the highest round that one of them knows of: no other can be final then. Where none is, the
// proposer makes a block, in the name of this round.
[[nodiscard]] bool is_justified(const Proposal& proposal, const Block& parent, std::int64_t validators);

// Whether the header's proposer is that of its round, and its time not earlier than `interval_s` after the parent's.
[[nodiscard]] Verdict check_turn(const KnownHeaders& known, const Header& header, std::int64_t validators, double interval_s);

// Whether an honest validator, at `at_s`, may vote for what `from` proposes on top of the ledger's final block.
[[nodiscard]] Verdict check_proposal(const Ledger& ledger, NodeId from, const Proposal& proposal, std::int64_t validators,
                                     double interval_s, double at_s);

}  // namespace polyclinic::pbft
