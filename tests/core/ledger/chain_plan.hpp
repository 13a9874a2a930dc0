// What the tests of the ledger say about a chain, its keys, and blocks and updates of their own making.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/ledger/chain_node.hpp"

namespace polyclinic::testing {

struct ChainPlan {
  std::int64_t validators = 4;
  std::int32_t members = 3;
  double block_interval_s = 2.0;          // goes before consensus.block_interval_s
  double latency_s = 0.1;                 // between validators
  std::int64_t confirmations = 0;         // goes before consensus.confirmations where it is not 0
  std::uint64_t max_block_bytes = 64'000'000;
  std::uint64_t max_block_gas = 0;
  bool payload_on_chain = true;
  std::uint64_t payload_bytes = 100;      // of each update, at least 12
  RoundRules rounds;                      // members are filled in
  ConsensusRules consensus;
  GossipRules gossip;
  MempoolLimits mempool;
  std::map<NodeId, std::string> hostile;  // see ChainNodeSetup::hostile; the others are honest
  std::uint64_t seed = 11;                // of what the protocol draws
};

[[nodiscard]] KeyPair validator_keys(NodeId node);
[[nodiscard]] KeyPair member_keys(InstitutionId institution);
[[nodiscard]] ConsensusRules consensus_rules(const ChainPlan& plan);
[[nodiscard]] ChainRules chain_rules(const ChainPlan& plan);
[[nodiscard]] RoundRules round_rules(const ChainPlan& plan);
// One for each validator, by NodeId, with one cache of signatures.
[[nodiscard]] std::vector<ChainNodeSetup> node_setups(const ChainPlan& plan);
// A signed update with its payload; another `variant` is another payload. Samples: 10 + author.
[[nodiscard]] Submission update(const ChainPlan& plan, std::int32_t author, std::uint32_t round, int variant = 0);
// A block of its own making, signed by its proposer, for `slot` of the proof of authority.
[[nodiscard]] BlockPointer seal(const ChainPlan& plan, const Block& parent, std::int64_t slot,
                                std::vector<Transaction> transactions);

}  // namespace polyclinic::testing
