// Everything about one chain that is settled before its first round. `polyclinic check` prints it; a run carries it out.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/base/ids.hpp"
#include "core/base/seed.hpp"
#include "core/collaboration/exchange_plan.hpp"
#include "core/collaboration/probe_plan.hpp"
#include "core/data/load.hpp"
#include "core/data/partition.hpp"
#include "core/learning/model.hpp"
#include "core/ledger/contract.hpp"
#include "core/ledger/gossip_rules.hpp"
#include "core/ledger/ledger.hpp"
#include "core/personalization/personalizer.hpp"
#include "core/scenario/scenario.hpp"
#include "core/sharing/aggregator.hpp"
#include "core/sharing/behaviours/conduct.hpp"
#include "core/sharing/policy.hpp"

namespace polyclinic {

// Immutable once made; shared by the run, its baselines and the report. A chain that does not learn (see LoadConfig) has
// members, keys and rules, but neither data nor a model: `data` is empty, pointers to learning are null.
struct ChainPlan {
  ChainId id;
  ChainConfig config;
  Seed seed{0};                           // of everything random about this chain
  Collection collection;
  std::vector<InstitutionId> members;     // sorted
  std::vector<InstitutionData> data;      // by position in `members`, as are the keys
  std::vector<Conduct> conducts;          // by position in `members` too: who is hostile, and how
  std::vector<KeyPair> member_keys;
  std::vector<KeyPair> validator_keys;    // by NodeId
  std::vector<std::string> validator_behaviours;  // by NodeId; "" for an honest one
  Rows test;                              // for the global figures
  std::shared_ptr<const Model> model;
  ParameterSet initial;
  std::shared_ptr<const SharePolicy> policy;
  std::shared_ptr<const Aggregator> aggregator;
  std::vector<std::shared_ptr<const Personalizer>> personalizers;  // by position in config.personalization
  std::shared_ptr<const RoundRules> rounds;
  std::shared_ptr<const ChainRules> rules;
  ConsensusRules consensus;
  GossipRules gossip;
  ExchangePlan exchange;                  // with other chains
  std::vector<ProbePlan> probes;
  std::int64_t ring_bits = 64;            // of the integers that masked updates are added in, see core/secure_aggregation

  [[nodiscard]] std::size_t position(InstitutionId member) const;  // in `members`; throws if it is none
  [[nodiscard]] bool is_hostile(NodeId validator) const {
    return !validator_behaviours[static_cast<std::size_t>(validator.value)].empty();
  }
  [[nodiscard]] const InstitutionData& data_of(InstitutionId member) const { return data[position(member)]; }
  [[nodiscard]] const Conduct& conduct_of(InstitutionId member) const { return conducts[position(member)]; }
  // Updates that make a round or a version, as a share of all members: what a baseline's budget is scaled by.
  [[nodiscard]] double participation() const;
  // What a member that missed rounds fetches to go on: the model and what the server side of the algorithm remembers.
  [[nodiscard]] std::uint64_t snapshot_bytes() const;
  [[nodiscard]] bool learns() const { return config.load.blocks == 0; }
  [[nodiscard]] bool is_asynchronous() const {  // versions of the global model instead of rounds
    return config.collaboration.mode == "asynchronous" || config.collaboration.mode == "buffered";
  }
  [[nodiscard]] bool averages_with_neighbours() const { return config.collaboration.mode == "gossip"; }
  [[nodiscard]] bool masks_updates() const { return config.secure_aggregation.enabled; }
  [[nodiscard]] bool publishes_control() const { return config.collaboration.algorithm == "scaffold"; }
};
using ChainPlanPointer = std::shared_ptr<const ChainPlan>;

// Loads the data, where the chain learns, and builds the plan. Throws Error or UsageError naming the chain.
[[nodiscard]] ChainPlanPointer plan_chain(const Scenario& scenario, ChainId chain, const DataPaths& paths);

// The plan from a recorded initial model instead of the data: enough to follow the chain's rounds again, not to train. Without
// a model (null) rules alone: neither policy nor aggregator. Throws UsageError as plan_chain() does.
[[nodiscard]] ChainPlanPointer plan_replay(const Scenario& scenario, ChainId chain, const ParameterSet* initial);

// The same chain with everything published uncompressed: the full_sharing baseline. It compares sharing alone, so who is
// hostile there is so here too; nobody personalizes.
[[nodiscard]] ChainPlanPointer with_full_sharing(const ChainPlan& plan);

}  // namespace polyclinic
