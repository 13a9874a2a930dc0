#include "core/ledger/rejection.hpp"

#include <cassert>

namespace polyclinic {

std::string rejection_name(Rejection reason) {
  switch (reason) {
    case Rejection::none: return "none";
    case Rejection::unknown_parent: return "unknown_parent";
    case Rejection::wrong_chain: return "wrong_chain";
    case Rejection::wrong_height: return "wrong_height";
    case Rejection::time_before_parent: return "time_before_parent";
    case Rejection::too_early: return "too_early";
    case Rejection::unknown_proposer: return "unknown_proposer";
    case Rejection::wrong_turn: return "wrong_turn";
    case Rejection::wrong_difficulty: return "wrong_difficulty";
    case Rejection::wrong_block_signature: return "wrong_block_signature";
    case Rejection::wrong_totals: return "wrong_totals";
    case Rejection::wrong_merkle_root: return "wrong_merkle_root";
    case Rejection::block_too_large: return "block_too_large";
    case Rejection::block_out_of_gas: return "block_out_of_gas";
    case Rejection::mempool_full: return "mempool_full";
    case Rejection::unknown_author: return "unknown_author";
    case Rejection::wrong_transaction_signature: return "wrong_transaction_signature";
    case Rejection::replayed_transaction: return "replayed_transaction";
    case Rejection::tampered_payload: return "tampered_payload";
    case Rejection::conflicts_with_finalized: return "conflicts_with_finalized";
    case Rejection::round_closed: return "round_closed";
    case Rejection::not_a_participant: return "not_a_participant";
    case Rejection::second_update_of_round: return "second_update_of_round";
    case Rejection::too_stale: return "too_stale";
    case Rejection::malformed_part: return "malformed_part";
    case Rejection::not_a_scorer: return "not_a_scorer";
    case Rejection::unknown_update: return "unknown_update";
    case Rejection::second_score: return "second_score";
    case Rejection::outvoted: return "outvoted";
    case Rejection::not_a_keeper: return "not_a_keeper";
    case Rejection::payload_unavailable: return "payload_unavailable";
    case Rejection::malformed_packet: return "malformed_packet";
    case Rejection::stale_fork: return "stale_fork";
    case Rejection::unknown_header: return "unknown_header";
    case Rejection::unfinal_header: return "unfinal_header";
    case Rejection::no_quorum: return "no_quorum";
    case Rejection::wrong_inclusion_proof: return "wrong_inclusion_proof";
    case Rejection::replayed_object: return "replayed_object";
    case Rejection::replayed_header: return "replayed_header";
    case Rejection::not_a_relayer: return "not_a_relayer";
  }
  assert(false);
  return {};
}

}  // namespace polyclinic
