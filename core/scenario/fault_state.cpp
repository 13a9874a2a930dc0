#include "core/scenario/fault_state.hpp"

#include <algorithm>
#include <cassert>
#include <set>
#include <utility>

#include "core/scenario/institutions.hpp"

namespace polyclinic {
namespace {

bool takes_down(const FaultEvent& event) { return event.kind == "crash" || event.kind == "churn"; }
bool scales(const FaultEvent& event) { return event.kind == "slow" || event.kind == "degrade"; }

std::int64_t count_institutions(const Scenario& scenario) {
  std::int64_t count = 0;
  for (const InstitutionGroup& group : scenario.groups) count += group.count;
  return count;
}

}  // namespace

FaultState::FaultState(const Scenario& scenario) : loss_(scenario.chains.size(), 0.0) {
  const std::int64_t institutions = count_institutions(scenario);
  for (std::int32_t i = 0; i < institutions; ++i) parties_.emplace_back(InstitutionId{i});
  hosted_.resize(parties_.size());
  for (std::int32_t chain = 0; chain < static_cast<std::int32_t>(scenario.chains.size()); ++chain) {
    const ChainConfig& config = scenario.chains[static_cast<std::size_t>(chain)];
    first_validator_.push_back(parties_.size());
    const bool on_members = config.consensus.hosts == "members";
    const std::vector<InstitutionId> members = on_members ? members_of(scenario, config) : std::vector<InstitutionId>{};
    for (std::int32_t node = 0; node < config.consensus.validators; ++node) {
      if (on_members) {
        const InstitutionId host = members.at(static_cast<std::size_t>(node));
        hosted_[static_cast<std::size_t>(host.value)].push_back(parties_.size());
      }
      parties_.emplace_back(ChainId{chain}, NodeId{node});
    }
  }
  hosted_.resize(parties_.size());
  health_.resize(parties_.size());
}

std::size_t FaultState::index_of(const Party& party) const {
  if (party.institution().value >= 0) return static_cast<std::size_t>(party.institution().value);
  return first_validator_.at(static_cast<std::size_t>(party.chain().value)) +
         static_cast<std::size_t>(party.validator().value);
}

// Sorted, with the validators that run on an institution's computer: each once, even if named itself too.
std::vector<std::size_t> FaultState::targets_of(const FaultEvent& event) const {
  std::set<std::size_t> targets;
  for (const InstitutionId institution : event.institutions) {
    const std::size_t index = index_of(institution);
    targets.insert(index);
    targets.insert(hosted_[index].begin(), hosted_[index].end());
  }
  for (const NodeId validator : event.validators) targets.insert(index_of({event.chain, validator}));
  return {targets.begin(), targets.end()};
}

std::vector<Party> FaultState::targets(const FaultEvent& event) const {
  std::vector<Party> targets;
  for (const std::size_t index : targets_of(event)) targets.push_back(parties_[index]);
  return targets;
}

FaultState::Change FaultState::apply(const FaultEvent& event) {
  const Key key{event.fault, event.instance, event.institutions.empty() ? InstitutionId{} : event.institutions.front(),
                event.validators.empty() ? NodeId{} : event.validators.front()};
  if (event.begins) {
    [[maybe_unused]] const bool is_new = active_.emplace(key, event).second;
    assert(is_new);
  } else {
    [[maybe_unused]] const std::size_t ended = active_.erase(key);
    assert(ended == 1);
    partitions_.erase(key);
  }
  if (takes_down(event)) return count_crashes(event, event.begins ? 1 : -1);
  if (scales(event)) refresh_factors(event);
  if (event.kind == "loss") refresh_loss(event.chain);
  if (event.kind == "partition" && event.begins) {
    std::vector<bool>& inside = partitions_[key].inside;
    inside.assign(parties_.size(), false);
    for (const std::size_t target : targets_of(event)) inside[target] = true;
  }
  return {};
}

FaultState::Change FaultState::count_crashes(const FaultEvent& event, std::int64_t by) {
  Change change;
  for (const std::size_t target : targets_of(event)) {
    std::int64_t& crashes = health_[target].crashes;
    if (crashes == 0) change.down.push_back(parties_[target]);
    crashes += by;
    assert(crashes >= 0);
    if (crashes == 0) change.up.push_back(parties_[target]);
  }
  return change;
}

// Multiplied anew from what is active, in its order: dividing by a factor that has ended would leave rounding behind.
void FaultState::refresh_factors(const FaultEvent& event) {
  const std::vector<std::size_t> targets = targets_of(event);
  for (const std::size_t target : targets) health_[target] = {.crashes = health_[target].crashes};
  for (const auto& [key, active] : active_) {
    if (!scales(active)) continue;
    for (const std::size_t target : targets_of(active)) {
      if (!std::binary_search(targets.begin(), targets.end(), target)) continue;
      Health& health = health_[target];
      if (active.kind == "slow") health.speed *= active.factor;
      if (active.kind == "degrade") health.bandwidth *= active.factor;
      if (active.kind == "degrade") health.latency *= active.latency_factor;
    }
  }
}

void FaultState::refresh_loss(ChainId chain) {
  double arrives = 1.0;
  for (const auto& [key, active] : active_) {
    if (active.kind == "loss" && active.chain == chain) arrives *= 1.0 - active.probability;
  }
  loss_.at(static_cast<std::size_t>(chain.value)) = 1.0 - arrives;
}

bool FaultState::is_down(const Party& party) const { return health_.at(index_of(party)).crashes > 0; }
double FaultState::speed_factor(const Party& party) const { return health_.at(index_of(party)).speed; }
double FaultState::bandwidth_factor(const Party& party) const { return health_.at(index_of(party)).bandwidth; }
double FaultState::latency_factor(const Party& party) const { return health_.at(index_of(party)).latency; }

double FaultState::loss_probability(ChainId chain) const { return loss_.at(static_cast<std::size_t>(chain.value)); }

bool FaultState::are_separated(const Party& left, const Party& right) const {
  const std::size_t first = index_of(left), second = index_of(right);
  return std::any_of(partitions_.begin(), partitions_.end(),
                     [&](const auto& entry) { return entry.second.inside[first] != entry.second.inside[second]; });
}

}  // namespace polyclinic
