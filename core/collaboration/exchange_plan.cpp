#include "core/collaboration/exchange_plan.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/collaboration/plan.hpp"
#include "core/collaboration/reference_rows.hpp"
#include "core/scenario/institutions.hpp"

namespace polyclinic {
namespace {

const ChainConfig& chain_named(const Scenario& scenario, const std::string& name) {
  return *std::ranges::find(scenario.chains, name, &ChainConfig::name);
}

ChainId id_of(const Scenario& scenario, const std::string& name) {
  return {static_cast<std::int32_t>(&chain_named(scenario, name) - scenario.chains.data())};
}

std::shared_ptr<const Classroom> classroom_of(const Scenario& scenario, const ChainPlan& plan, const DataPaths& paths) {
  if (plan.config.auxiliary.empty()) return nullptr;
  auto classroom = std::make_shared<Classroom>();
  classroom->pupil = {plan.model, plan.initial, plan.collection};
  classroom->configs = plan.config.auxiliary;
  classroom->seed = plan.seed / "auxiliary";
  for (const AuxiliaryConfig& config : plan.config.auxiliary) {
    classroom->references.push_back(reference_rows(scenario, config.reference, "auxiliary.reference", plan.collection.shape, paths));
    classroom->sharing.push_back(chain_named(scenario, config.source).sharing);
  }
  return classroom;
}

SourceRules source_rules(const Scenario& scenario, const std::string& name) {
  const ChainPlanPointer source = plan_replay(scenario, id_of(scenario, name), nullptr);
  return {source->id, source->rules->validators, source->rules->members, source->consensus};
}

std::vector<std::string> misconduct_of(const Scenario& scenario, const RelayConfig& relay,
                                       const std::vector<InstitutionId>& relayers) {
  const std::vector<NamedKind> kinds = relayer_behaviours();
  std::vector<std::string> misconduct(relayers.size());
  for (const BehaviourConfig& behaviour : scenario.behaviours) {
    const bool is_relayers = std::ranges::any_of(kinds, [&](const NamedKind& kind) { return kind.name == behaviour.kind; });
    if (!is_relayers || (!behaviour.chain.empty() && behaviour.chain != relay.from)) continue;
    for (const InstitutionId institution : institutions_matching(scenario, behaviour.institutions)) {
      const auto found = std::ranges::lower_bound(relayers, institution);
      if (found == relayers.end() || *found != institution) continue;
      misconduct[static_cast<std::size_t>(found - relayers.begin())] = behaviour.kind;
    }
  }
  return misconduct;
}

std::vector<RelayPlan> relays_to(const Scenario& scenario, const ChainPlan& plan) {
  std::vector<RelayPlan> relays;
  for (const RelayConfig& config : scenario.relays) {
    if (config.to != plan.config.name) continue;
    RelayPlan relay{.config = config, .source = source_rules(scenario, config.from)};
    const auto used = std::ranges::find(plan.config.auxiliary, config.from, &AuxiliaryConfig::source);
    relay.is_used = used != plan.config.auxiliary.end();
    relay.auxiliary = static_cast<std::size_t>(used - plan.config.auxiliary.begin());
    relay.relayers = institutions_matching(scenario, config.relayers);
    relay.misconduct = misconduct_of(scenario, config, relay.relayers);
    relays.push_back(std::move(relay));
  }
  return relays;
}

// Of a chain whose heads are private, the common model's is the initial one.
void require_shared_head(const ChainPlan& plan, const std::string& destination) {
  const std::vector<TensorSpec>& tensors = plan.model->layout()->tensors();
  const at::Tensor& shareable = plan.policy->shareable();
  const std::int64_t* first = shareable.data_ptr<std::int64_t>();
  for (const std::size_t tensor : plan.model->head()) {
    if (std::binary_search(first, first + shareable.numel(), tensors[tensor].offset)) continue;
    throw UsageError(fmt::format("sharing.private keeps {} on chain {}, which publishes predictions of its common model for {}: its "
                                 "head must be shared, or what uses predictions must go",
                                 tensors[tensor].name, plan.config.name, destination));
  }
}

}  // namespace

KeyPair institution_keys(const Scenario& scenario, InstitutionId institution) {
  return make_key_pair(Seed(scenario.seed) / "keys" / "institution" / institution.value);
}

std::map<InstitutionId, PublicKey> relayer_keys(const Scenario& scenario, const std::string& chain) {
  std::map<InstitutionId, PublicKey> keys;
  for (const RelayConfig& relay : scenario.relays) {
    if (relay.to != chain) continue;
    for (const InstitutionId relayer : institutions_matching(scenario, relay.relayers)) {
      keys.emplace(relayer, institution_keys(scenario, relayer).public_key);
    }
  }
  return keys;
}

ExchangePlan plan_exchange(const Scenario& scenario, const ChainPlan& plan, const DataPaths& paths) {
  ExchangePlan exchange;
  exchange.exports = exports_of(scenario, plan.config.name);
  if (exchange.exports.content.predictions) {
    require_shared_head(plan, exchange.exports.destinations.front());
    exchange.reference = reference_rows(scenario, exchange.exports.reference, "auxiliary.reference", plan.collection.shape, paths);
  }
  exchange.classroom = classroom_of(scenario, plan, paths);
  exchange.relays = relays_to(scenario, plan);
  return exchange;
}

ExchangePlan with_full_sharing(const ExchangePlan& exchange) {
  ExchangePlan full = exchange;
  if (!full.classroom) return full;
  auto classroom = std::make_shared<Classroom>(*exchange.classroom);
  for (SharingConfig& sharing : classroom->sharing) sharing = SharingConfig{};
  full.classroom = std::move(classroom);
  return full;
}

}  // namespace polyclinic
