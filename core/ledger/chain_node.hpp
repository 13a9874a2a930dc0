// A validator without a network: ledger, mempool, consensus and contract together. Inputs are dated, effects are returned;
// whoever drives it (an actor, or a test with a list for a network) carries them out.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/ledger/block_sync.hpp"
#include "core/ledger/consensus.hpp"
#include "core/ledger/contract.hpp"
#include "core/ledger/effects.hpp"
#include "core/ledger/gossip.hpp"
#include "core/ledger/ledger.hpp"
#include "core/ledger/mempool.hpp"
#include "core/ledger/orphan_pool.hpp"

namespace polyclinic {

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

  // From a member of the chain: checked (payload against its digest too), kept, and spread by gossip.
  // What is not accepted is an event: tampered_payload where the payload is missing on a chain that stores payloads, or
  // is not what the transaction says; replayed_transaction where it is known, and then it is spread again if it still waits,
  // in case messages were lost; mempool_full; what check_transaction() says else.
  [[nodiscard]] Effects submit(const Submission& submission, double at_s);
  // From another validator. Transactions and blocks known already are passed over in silence; a block whose parent is
  // unknown waits for it, and the node asks for what it has missed.
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
  [[nodiscard]] const Mempool& mempool() const { return mempool_; }

 private:
  class Step;
  // What is left to carry out; `from`: whose gossip brought the block of an Append.
  struct Pending {
    Action action;
    std::optional<NodeId> from;
  };
  ChainNode(const ChainNodeSetup& setup, const std::shared_ptr<SignatureCache>& signatures);
  [[nodiscard]] bool knows_block(const Digest& hash) const;
  [[nodiscard]] bool waits_for_finality(double at_s) const;
  void lose_memory();

  std::shared_ptr<const ChainRules> rules_;
  std::shared_ptr<const RoundRules> rounds_;
  std::shared_ptr<SignatureCache> signatures_;
  ConsensusSetup setup_;
  MempoolLimits limits_;
  Ledger ledger_;
  Mempool mempool_;
  RoundContract contract_;
  std::unique_ptr<Consensus> consensus_;
  Gossip gossip_;
  BlockSync sync_;
  StallWatch stall_;
  OrphanPool orphans_;
  std::set<std::pair<std::uint64_t, Digest>>
      examined_;                  // by height: proposed blocks that are paid for, above the final ones
  std::vector<Pending> pending_;  // empty between inputs; kept for its memory
};

}  // namespace polyclinic
