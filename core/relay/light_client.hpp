// A chain as another chain knows it: its headers without its blocks, checked against its validators, and the objects that were
// proven to be in it. Whoever brings them is not trusted.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "core/ledger/consensus_rules.hpp"
#include "core/ledger/rejection.hpp"
#include "core/relay/packet.hpp"

namespace polyclinic {

// What everybody on the destination chain knows of the source chain before its first block.
struct SourceRules {
  ChainId chain;
  std::vector<PublicKey> validators;         // by NodeId
  std::map<InstitutionId, PublicKey> members;
  ConsensusRules consensus;
};

struct AcceptedObject {
  Transaction transaction;
  std::uint64_t height = 0;                  // of its block
  Bytes payload;
};

// A value: a copy goes its own way. It knows the source chain's genesis from the start.
class LightClient {
 public:
  // Throws UsageError where the consensus is unknown or cannot work with so many validators.
  LightClient(SourceRules rules, ChainId destination);
  LightClient(const LightClient& other);
  LightClient(LightClient&& other) noexcept;
  LightClient& operator=(LightClient other) noexcept;
  ~LightClient();

  struct Result {
    std::vector<Verdict> refused;            // of the headers (at most one), then of each object that was not accepted
    std::vector<AcceptedObject> accepted;
    std::uint64_t reversed = 0;              // headers that were final until a heavier branch left them out
    // What the checks cost; remembered from no earlier packet.
    std::int64_t signatures_verified = 0;
    std::uint64_t bytes_hashed = 0;
  };

  // Headers first, all or nothing, then each object by itself (where the headers are refused, objects of headers already known
  // may still be accepted). Cheap checks come before signatures.
  //
  // A packet between other chains is refused whole: wrong_chain. So is one that holds nothing, or attestations that stand for
  // no header or for a protocol without votes: malformed_packet.
  //
  // Headers already known are skipped, with the attestations if nothing else is left; where no object comes with them:
  // replayed_header. The others must each stand on the one before, the first on a known one (unknown_parent, wrong_height,
  // time_before_parent), be of this chain by one of its validators and signed by it (wrong_chain, unknown_proposer,
  // wrong_block_signature), and be as the protocol asks (Consensus::check(): wrong_turn, wrong_difficulty, too_early). Then
  //   pbft, raft: nothing may stand beside what is final (conflicts_with_finalized); a quorum (pbft::quorum(), raft's majority)
  //     of the validators must have attested the last header, each once, and nobody else (no_quorum). It is final, with those
  //     before it.
  //   proof_of_authority, proof_of_work: the last header must be the tip of the best branch (see fork_choice()) once they are
  //     added (stale_fork), so that a packet that leaves the best branch brings all of the one that takes its place. Final is
  //     what has the confirmations, as for the chain's own validators; a heavier branch may reverse it.
  //
  // An object's block must be known (unknown_header), on the best branch (stale_fork) and final (unfinal_header); the
  // transaction of this chain (wrong_chain), an `auxiliary` one (malformed_packet), by a member with the member's key
  // (unknown_author, wrong_transaction_signature), whole (malformed_part: payloads split over several transactions do not
  // travel), not accepted before (replayed_object), and in the block where the proof says (wrong_inclusion_proof); and the
  // payload the one that it promises (tampered_payload). What is accepted stays so, even if its block is reversed later.
  [[nodiscard]] Result apply(const RelayPacket& packet);

  // Whether the header of that hash is known, final or not. Headers further below the final one than `kept_headers` (or than
  // the protocol looks back, where that is further) are forgotten: nothing is proven against them any more (unknown_header),
  // and no branch leaves there (unknown_parent).
  [[nodiscard]] bool knows(const Digest& block) const;
  // Whether an object by that transaction was accepted, however long ago: 32 bytes each are kept for ever.
  [[nodiscard]] bool has(const Digest& transaction) const;
  [[nodiscard]] std::uint64_t final_height() const;
  [[nodiscard]] const Digest& final_block() const;
  [[nodiscard]] std::uint64_t best_height() const;         // of the tip of the best branch
  [[nodiscard]] const Digest& best_block() const;
  [[nodiscard]] const SourceRules& rules() const;
  // Of the last header of a packet: 0 where the source chain's validators do not vote.
  [[nodiscard]] std::int64_t attestations_needed() const;

  static constexpr std::uint64_t kept_headers = 10'000;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace polyclinic
