// What a chain gives to others and takes from them, settled before its first round.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/auxiliary/guidance.hpp"
#include "core/auxiliary/publication.hpp"
#include "core/base/ids.hpp"
#include "core/data/load.hpp"
#include "core/relay/light_client.hpp"
#include "core/relay/misconduct.hpp"
#include "core/scenario/scenario.hpp"

namespace polyclinic {

struct ChainPlan;

// Where one of the chain's sources comes in.
struct RelayPlan {
  RelayConfig config;
  SourceRules source;
  std::size_t auxiliary = 0;                // place among the chain's [[chain.auxiliary]]
  bool is_used = false;                     // whether there is one: a relay may lead where nobody listens
  std::vector<InstitutionId> relayers = {};      // sorted
  std::vector<std::string> misconduct = {};      // of each, by kind; "" for an honest one
};

struct ExchangePlan {
  std::shared_ptr<const Classroom> classroom;  // null: the chain learns from no other
  std::vector<RelayPlan> relays;               // that lead here, in the scenario's order
  ExportPlan exports;
  Rows reference;                              // that predictions are made of, for others
};

// Keys of those who may write relays to the chain.
[[nodiscard]] std::map<InstitutionId, PublicKey> relayer_keys(const Scenario& scenario, const std::string& chain);
// An institution's key pair, the same on every chain.
[[nodiscard]] KeyPair institution_keys(const Scenario& scenario, InstitutionId institution);

// `plan` is complete but for this. Throws UsageError as load_reference() does, where reference rows are not of the model's input
// shape, and where predictions are asked of a chain whose common model has no trained head.
[[nodiscard]] ExchangePlan plan_exchange(const Scenario& scenario, const ChainPlan& plan, const DataPaths& paths);
// The same where all chains share everything.
[[nodiscard]] ExchangePlan with_full_sharing(const ExchangePlan& exchange);

}  // namespace polyclinic
