// A validator without a network: ledger, mempool, consensus and contract together. Inputs are dated, effects are returned;
// whoever drives it (an actor, or a test with a list for a network) carries them out.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "core/ledger/consensus.hpp"
#include "core/ledger/contract.hpp"
#include "core/ledger/gossip_rules.hpp"
#include "core/ledger/ledger.hpp"
#include "core/ledger/mempool.hpp"
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

// What the node's computer had to do, votes' signatures included, charged by the cost model of whoever drives it. It does not depend on what a shared
// SignatureCache saved this process.
struct Work {
  std::int64_t signatures_verified = 0;  // of transactions when first seen, of others' blocks
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
  std::vector<RecordedUpdate> awaiting_scores;  // that they recorded, for the scorers to vote on
  std::vector<LedgerEvent> events;
  Work work;
};

struct ChainNodeSetup {
  std::shared_ptr<const ChainRules> chain;
  std::shared_ptr<const RoundRules> rounds;
  ConsensusSetup consensus;
  GossipRules gossip;
  MempoolLimits mempool;
  std::shared_ptr<SignatureCache> signatures;  // shared by nodes of one process; null: the node verifies all by itself
  std::string hostile;                         // "": honest; "withhold" or "equivocate": see hostile_validator.hpp
};

class ChainNode {
 public:
  // Throws UsageError as make_consensus() does, Error where the setup counts other validators than the chain's rules.
  explicit ChainNode(const ChainNodeSetup& setup);

  // From a member of the chain: checked (payload against its digest too), kept, and passed on to every other validator.
  // What is not accepted is an event: tampered_payload where the payload is missing on a chain that stores payloads, or
  // is not what the transaction says; replayed_transaction where it is known; what check_transaction() says else.
  [[nodiscard]] Effects submit(const Submission& submission, double at_s);
  // From another validator. Transactions and blocks known already are passed over in silence; a block whose parent is
  // unknown waits for it.
  [[nodiscard]] Effects receive(NodeId from, const NodeMessage& message, double at_s);
  [[nodiscard]] Effects fire(TimerId timer, double at_s);
  // The computer has started.
  [[nodiscard]] Effects start(double at_s);
  // The computer has restarted after a crash: what lay in memory alone (the mempool, blocks that waited for their parents,
  // open requests) is gone, the ledger and what the consensus keeps on disk are not. Asks its neighbours for what it missed.
  [[nodiscard]] Effects restart(double at_s);

  // Whether it has the transaction, waiting or in a block.
  [[nodiscard]] bool knows(const Digest& transaction) const { return mempool_.knows(transaction); }
  [[nodiscard]] const Ledger& ledger() const { return ledger_; }
  [[nodiscard]] const RoundContract& contract() const { return contract_; }

 private:
  class Step;
  ChainNode(const ChainNodeSetup& setup, const std::shared_ptr<SignatureCache>& signatures);


  std::shared_ptr<const ChainRules> rules_;
  ConsensusSetup setup_;
  Ledger ledger_;
  Mempool mempool_;
  RoundContract contract_;
  std::unique_ptr<Consensus> consensus_;
  std::map<Digest, std::vector<BlockPointer>> orphans_;  // by the parent they wait for
};

}  // namespace polyclinic
