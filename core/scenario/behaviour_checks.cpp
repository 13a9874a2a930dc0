#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>

#include "core/scenario/institutions.hpp"
#include "core/scenario/table_check.hpp"

namespace polyclinic {
namespace {

bool is_among(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// One [[behaviour]].
class BehaviourCheck : public TableCheck {
 public:
  BehaviourCheck(const Scenario& scenario, std::size_t index, const KnownNames& known_names, const Reject& reject)
      : TableCheck(scenario, fmt::format("behaviour.{}.", index), reject),
        index_(index),
        known_names_(known_names),
        chains_(chains_named(scenario, behaviour().chain)) {}

  [[nodiscard]] const BehaviourConfig& behaviour() const { return scenario().behaviours[index_]; }
  [[nodiscard]] const std::vector<const ChainConfig*>& chains() const { return chains_; }
  [[nodiscard]] bool is_of_validators() const { return is_among(known_names_.validator_behaviours, behaviour().kind); }
  [[nodiscard]] bool is_of_relayers() const { return is_among(known_names_.relayer_behaviours, behaviour().kind); }
  [[nodiscard]] const std::vector<std::string>& scaled() const { return known_names_.scaled_behaviours; }
  // The tables before this one that concern a chain which this one concerns too.
  [[nodiscard]] std::vector<std::size_t> earlier() const {
    std::vector<std::size_t> tables;
    for (std::size_t i = 0; i < index_; ++i) {
      const std::string& chain = scenario().behaviours[i].chain;
      if (chain.empty() || behaviour().chain.empty() || chain == behaviour().chain) tables.push_back(i);
    }
    return tables;
  }

 private:
  std::size_t index_;
  const KnownNames& known_names_;
  std::vector<const ChainConfig*> chains_;
};

void check_validators(const BehaviourCheck& check) {
  const BehaviourConfig& behaviour = check.behaviour();
  check.need(behaviour.institutions.empty(), "kind", behaviour.kind, "is done by validators, and takes no institutions");
  check.need(!behaviour.validators.empty(), "kind", behaviour.kind, "needs validators: who does it?");
  check.need(behaviour.from_round == 0, "from_round", behaviour.from_round,
             "must be 0 for validators, which know no rounds");
  for (const ChainConfig* chain : check.chains()) {
    check.need(
        chain->consensus.kind != "raft", "kind", behaviour.kind,
        fmt::format("does not fit chain \"{}\": raft is made for crashes alone, and trusts its validators", chain->name));
  }
}

// A validator behaves in one way.
void check_validators_are_new(const BehaviourCheck& check) {
  for (const std::size_t earlier : check.earlier()) {
    const BehaviourConfig& other = check.scenario().behaviours[earlier];
    for (const std::int64_t node : check.behaviour().validators) {
      const bool is_new = std::find(other.validators.begin(), other.validators.end(), node) == other.validators.end();
      check.need(is_new, "validators", node,
                 fmt::format("does \"{}\" already, by behaviour.{}: a validator has one behaviour", other.kind, earlier));
    }
  }
}

bool has_members(const Scenario& scenario, const ChainConfig& chain, const std::vector<std::string>& patterns) {
  const std::vector<InstitutionId> named = institutions_matching(scenario, patterns), members = members_of(scenario, chain);
  return std::any_of(named.begin(), named.end(),
                     [&](InstitutionId id) { return std::binary_search(members.begin(), members.end(), id); });
}

void check_institutions(const BehaviourCheck& check) {
  const BehaviourConfig& behaviour = check.behaviour();
  check.need(behaviour.validators.empty(), "kind", behaviour.kind, "is done by institutions, and takes no validators");
  check.need(!behaviour.institutions.empty(), "kind", behaviour.kind, "needs institutions: who does it?");
  check.need(std::any_of(check.chains().begin(), check.chains().end(),
                         [&](const auto* chain) { return has_members(check.scenario(), *chain, behaviour.institutions); }),
             "institutions", behaviour.institutions.front(), "and the others named are no members of the chain");
}

void check_carried_chain(const BehaviourCheck& check) {
  const std::string& chain = check.behaviour().chain;
  const auto leads_from = [&](const RelayConfig& relay) { return relay.from == chain; };
  check.need(chain.empty() || std::ranges::any_of(check.scenario().relays, leads_from), "chain", chain,
             fmt::format("has no [[relay]] from it: \"{}\" is done to what relayers carry away from a chain",
                         check.behaviour().kind));
}

bool carry(const Scenario& scenario, const RelayConfig& relay, const std::vector<InstitutionId>& named) {
  const std::vector<InstitutionId> relayers = institutions_matching(scenario, relay.relayers);
  return std::ranges::any_of(named, [&](InstitutionId id) { return std::ranges::binary_search(relayers, id); });
}

// Relayers need be members of no chain.
void check_relayers(const BehaviourCheck& check) {
  const BehaviourConfig& behaviour = check.behaviour();
  check.need(behaviour.validators.empty(), "kind", behaviour.kind, "is done by relayers, and takes no validators");
  check.need(!behaviour.institutions.empty(), "kind", behaviour.kind, "needs institutions: who does it?");
  check.need(behaviour.from_round == 0, "from_round", behaviour.from_round, "must be 0 for relayers, which know no rounds");
  check_carried_chain(check);
  const std::vector<InstitutionId> named = institutions_matching(check.scenario(), behaviour.institutions);
  const bool some_carry = std::ranges::any_of(check.scenario().relays, [&](const RelayConfig& relay) {
    return (behaviour.chain.empty() || relay.from == behaviour.chain) && carry(check.scenario(), relay, named);
  });
  check.need(some_carry, "institutions", behaviour.institutions.front(),
             "and the others named are relayers of no [[relay]]");
}

void check_who(const BehaviourCheck& check) {
  if (check.is_of_relayers()) return check_relayers(check);
  check.is_of_validators() ? check_validators(check) : check_institutions(check);
}

// Different behaviours of an institution follow one another; the same again is a mistake, and two reversals are none.
void check_institutions_are_new(const BehaviourCheck& check) {
  const BehaviourConfig& behaviour = check.behaviour();
  const std::vector<InstitutionId> named = institutions_matching(check.scenario(), behaviour.institutions);
  for (const std::size_t earlier : check.earlier()) {
    const BehaviourConfig& other = check.scenario().behaviours[earlier];
    if (other.kind != behaviour.kind) continue;
    const std::vector<InstitutionId> others = institutions_matching(check.scenario(), other.institutions);
    std::vector<InstitutionId> both;
    std::set_intersection(named.begin(), named.end(), others.begin(), others.end(), std::back_inserter(both));
    if (both.empty()) continue;
    check.need(false, "institutions", institution_name(check.scenario(), both.front()),
               fmt::format("does \"{}\" already, by behaviour.{}: each kind once", other.kind, earlier));
  }
}

void check_settings(const BehaviourCheck& check) {
  const BehaviourConfig& behaviour = check.behaviour();
  check.need(behaviour.factor == 1.0 || is_among(check.scaled(), behaviour.kind), "factor", behaviour.factor,
             fmt::format("needs kind = \"{}\", or 1", fmt::join(check.scaled(), "\" or \"")));
  check.need(std::any_of(check.chains().begin(), check.chains().end(),
                         [&](const ChainConfig* chain) { return behaviour.from_round < chain->rounds; }),
             "from_round", behaviour.from_round, "is after the last round");
}

}  // namespace

void check_behaviours(const Scenario& scenario, const KnownNames& known_names, const Reject& reject) {
  for (std::size_t i = 0; i < scenario.behaviours.size(); ++i) {
    const BehaviourCheck check(scenario, i, known_names, reject);
    check.need_chain("chain", check.behaviour().chain);
    check.need_validators(check.behaviour().validators, check.chains());
    check.need_matches("institutions", check.behaviour().institutions);
    check_validators_are_new(check);
    check_institutions_are_new(check);
    if (known_names.behaviours.empty()) continue;
    check_who(check);
    check_settings(check);
  }
}

}  // namespace polyclinic
