// What follows from one input at a chain node, for whoever drives it to carry out.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/ledger/consensus.hpp"
#include "core/ledger/contract.hpp"
#include "core/ledger/node_message.hpp"

namespace polyclinic {

struct Outgoing {
  NodeId to;
  NodeMessage message;
};

// Something was not accepted, a block lost, or agreement took a turn: for `/events`.
struct LedgerEvent {
  // "rejected transaction", "rejected block", "rejected update", "reorganisation", "final block reversed", or a Notice's.
  std::string kind;
  std::string cause;  // rejection_name; "heavier_branch" for a reorganisation
  std::string detail;
  InstitutionId institution;     // -1 where none is concerned
  std::string consequence = {};  // what follows from it here
};

// What the node's computer had to do before it could send what is outgoing, charged by the cost model of whoever drives it. It
// does not depend on what a shared SignatureCache saved this process. A block is paid for once: by who makes it, and by each
// other node when it enters the ledger or, where blocks are voted for, before the vote (see Examine).
struct Work {
  std::int64_t signatures_verified = 0;  // of transactions when first seen, of others' blocks, of messages and proofs
  std::int64_t signatures_made = 0;      // on own blocks and messages
  std::uint64_t bytes_hashed = 0;  // transactions with their payloads; others' whole blocks, own ones without payloads
};

struct Effects {
  std::vector<Outgoing> outgoing;
  std::vector<SetTimer> timers;
  std::vector<BlockPointer> reversed;     // were final and are no more, newest first; before what follows
  std::vector<BlockPointer> finalized;    // newly final, oldest first
  std::vector<BlockPointer> seen;         // blocks that entered the ledger, or were proposed before they may; each once
  std::vector<std::int64_t> reorganised;  // each time that the head went to another branch: blocks that it left behind
  std::vector<ClosedRound> closed;        // rounds that the newly final blocks closed
  std::vector<ClosedPhase> phases;        // of secure aggregation that they ended
  std::vector<Transaction> refused;       // updates in them that will never count
  std::vector<RecordedUpdate> awaiting_scores;  // that they recorded, for the scorers to vote on
  std::vector<LedgerEvent> events;
  Work work;
};

}  // namespace polyclinic
