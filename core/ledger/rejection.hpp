// Why the ledger, the mempool, the contract or another chain's light client did not accept something.
#pragma once

#include <string>

namespace polyclinic {

// Each has a name in rejection_name(), which is what `/events` shows.
enum class Rejection {
  none,
  unknown_parent,
  wrong_chain,
  wrong_height,
  time_before_parent,  // not strictly later than the parent
  too_early,           // less than a block interval after its parent, on a chain whose validators wait that long
  unknown_proposer,
  wrong_turn,        // of a validator that may not propose here
  wrong_difficulty,  // another than the protocol asks for
  wrong_block_signature,
  wrong_totals,  // the header's counts are not those of its transactions
  wrong_merkle_root,
  block_too_large,
  block_out_of_gas,
  mempool_full,
  unknown_author,
  wrong_transaction_signature,
  replayed_transaction,
  tampered_payload,
  conflicts_with_finalized,
  round_closed,  // an update for another round than the open one
  not_a_participant,
  second_update_of_round,
  too_stale,       // trained from a version of the global model too long ago
  malformed_part,  // of a split payload
  not_a_scorer,
  unknown_update,  // a score or a receipt of what is not recorded
  second_score,
  outvoted,             // by the scorers
  not_a_keeper,         // a receipt by somebody who keeps no copy of that author's payloads
  payload_unavailable,  // an update for whose payload no keeper had vouched in time
  malformed_packet,  // from another chain: bytes that are no packet, or one that holds what it must not
  stale_fork,  // of a branch that weighs less than the best one known
  unknown_header,  // an object of a block that no known header describes
  unfinal_header,  // an object of a block that is not final yet
  no_quorum,  // too few validators of the source chain vouch for the header
  wrong_inclusion_proof,  // the Merkle path does not lead from the object to the header's root
  replayed_object,  // brought before
  replayed_header,  // all headers were brought before, and nothing comes with them
  not_a_relayer,
};
[[nodiscard]] std::string rejection_name(Rejection reason);  // as the enumerator is written

struct Verdict {
  Rejection reason = Rejection::none;
  std::string detail;  // empty when accepted
  [[nodiscard]] bool accepted() const { return reason == Rejection::none; }
};

}  // namespace polyclinic
