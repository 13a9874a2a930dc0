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
  std::string cause;                   // rejection_name; "heavier_branch" for a reorganisation
  std::string detail;
  InstitutionId institution;           // -1 where none is concerned
};

// What the node's computer had to do, votes' signatures included, charged by the cost model of whoever drives it. It does
// not depend on what a shared SignatureCache saved this process.
struct Work {
  std::int64_t signatures_verified = 0;  // of transactions when first seen, of others' blocks, of messages and proofs
  std::int64_t signatures_made = 0;
  std::uint64_t bytes_hashed = 0;        // transactions with their payloads; others' whole blocks, own ones without payloads
};

struct Effects {
  std::vector<Outgoing> outgoing;
  std::vector<SetTimer> timers;
  std::vector<BlockPointer> reversed;   // were final and are no more, newest first; before what follows
  std::vector<BlockPointer> finalized;  // newly final, oldest first
  std::vector<BlockPointer> seen;       // blocks that entered the ledger
  std::vector<std::int64_t> reorganised;  // each time that the head went to another branch: blocks that it left behind
  std::vector<ClosedRound> closed;      // rounds that the newly final blocks closed
  std::vector<Transaction> refused;     // updates in them that will never count
  std::vector<RecordedUpdate> awaiting_scores;  // that they recorded, for the scorers to vote on
  std::vector<LedgerEvent> events;
  Work work;
};

}  // namespace polyclinic
