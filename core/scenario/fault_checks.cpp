#include <algorithm>
#include <set>

#include "core/scenario/institutions.hpp"
#include "core/scenario/table_check.hpp"

namespace polyclinic {
namespace {

// The chains that `name` stands for: that one, or all where it is empty.
std::vector<const ChainConfig*> chains_named(const Scenario& scenario, const std::string& name) {
  std::vector<const ChainConfig*> chains;
  for (const ChainConfig& chain : scenario.chains) {
    if (name.empty() || chain.name == name) chains.push_back(&chain);
  }
  return chains;
}

void check_validators(const TableCheck& check, const std::vector<std::int64_t>& validators,
                      const std::vector<const ChainConfig*>& chains) {
  for (const std::int64_t node : validators) {
    for (const ChainConfig* chain : chains) {
      check.need(node < chain->consensus.validators, "validators", node,
                 fmt::format("is no validator of chain \"{}\", which has 0 to {}", chain->name,
                             chain->consensus.validators - 1));
    }
  }
}

// ---- faults -------------------------------------------------------------------------------------------------------

void check_fault_chain(const TableCheck& check, const FaultConfig& fault) {
  check.need_chain("chain", fault.chain);
  const bool needs_one = fault.kind == "loss" || !fault.validators.empty();
  check.need(!needs_one || !fault.chain.empty() || check.scenario().chains.size() == 1, "chain", fault.chain,
             "must say which of the chains is meant");
  if (!fault.validators.empty()) check_validators(check, fault.validators, chains_named(check.scenario(), fault.chain));
}

bool concerns_everybody(const Scenario& scenario, const FaultConfig& fault) {
  const std::size_t named = institutions_matching(scenario, fault.institutions).size();
  if (named < institutions_matching(scenario, {"*"}).size()) return false;
  const std::set<std::int64_t> validators(fault.validators.begin(), fault.validators.end());
  return std::all_of(scenario.chains.begin(), scenario.chains.end(), [&](const ChainConfig& chain) {
    const bool is_meant = fault.chain == chain.name || scenario.chains.size() == 1;
    return chain.consensus.hosts == "members" ||
           (is_meant && static_cast<std::int64_t>(validators.size()) == chain.consensus.validators);
  });
}

void check_targets(const TableCheck& check, const FaultConfig& fault) {
  check.need_matches("institutions", fault.institutions);
  const bool none = fault.institutions.empty() && fault.validators.empty();
  if (fault.kind == "loss") {
    check.need(none, "kind", fault.kind,
               "concerns all messages between a chain's validators, and takes neither institutions nor validators");
    return;
  }
  check.need(!none, "kind", fault.kind, "needs institutions or validators: whom does it befall?");
  check.need(fault.kind != "partition" || fault.draws > 0 || !concerns_everybody(check.scenario(), fault), "kind",
             fault.kind, "names everybody, so that nobody is left on the other side");
}

// A validator on a member's computer has neither a speed nor a link of its own.
void check_machines(const TableCheck& check, const FaultConfig& fault) {
  const bool of_machines = fault.kind == "slow" || fault.kind == "degrade";
  if ((of_machines || fault.kind == "partition") && !fault.validators.empty()) {
    const ChainConfig& chain = *chains_named(check.scenario(), fault.chain).front();
    check.need(chain.consensus.hosts == "own", "validators", fault.validators.front(),
               fmt::format("runs on a member's computer (consensus.hosts = \"members\"): with kind = \"{}\" name the "
                           "institution", fault.kind));
  }
  check.need(!of_machines || check.scenario().network.platform.empty(), "kind", fault.kind,
             "does not fit network.platform, whose machines and links are the platform file's");
}

// Settings that only some kinds read; 0.1 is the default of factor.
void check_fault_settings(const TableCheck& check, const FaultConfig& fault) {
  const auto only = [&](bool fine, const std::string& key, double value, const std::string& kinds,
                        const std::string& otherwise) {
    check.need(fine, key, value, fmt::format("needs kind = {}, or {}", kinds, otherwise));
  };
  const bool churn = fault.kind == "churn", degrade = fault.kind == "degrade", loss = fault.kind == "loss";
  only(fault.factor == 0.1 || fault.kind == "slow" || degrade, "factor", fault.factor, "\"slow\" or \"degrade\"", "0.1");
  only(fault.latency_factor == 1.0 || degrade, "latency_factor", fault.latency_factor, "\"degrade\"", "1");
  only(fault.probability == 0.0 || loss, "probability", fault.probability, "\"loss\"", "0");
  only(fault.on_s == 0.0 || churn, "on_s", fault.on_s, "\"churn\"", "0");
  only(fault.off_s == 0.0 || churn, "off_s", fault.off_s, "\"churn\"", "0");
  check.need(fault.distribution == "exponential" || churn, "distribution", fault.distribution,
             "needs kind = \"churn\", or must be \"exponential\"");
  check.need(!churn || fault.on_s > 0.0, "on_s", fault.on_s, "must be above 0 with kind = \"churn\"");
  check.need(!churn || fault.off_s > 0.0, "off_s", fault.off_s, "must be above 0 with kind = \"churn\"");
  check.need(!loss || fault.probability > 0.0, "probability", fault.probability, "must be above 0 with kind = \"loss\"");
  check.need(fault.within_s == 0.0 || fault.draws > 0, "within_s", fault.within_s,
             "is when drawn faults begin, and needs draws above 0, or 0");
}

// ---- behaviours ---------------------------------------------------------------------------------------------------

bool of_validators(const BehaviourConfig& behaviour) {
  return behaviour.kind == "equivocate" || behaviour.kind == "withhold";
}

void check_hostile_validators(const TableCheck& check, const BehaviourConfig& behaviour,
                              const std::vector<const ChainConfig*>& chains) {
  check.need(behaviour.institutions.empty(), "kind", behaviour.kind, "is done by validators, and takes no institutions");
  check.need(!behaviour.validators.empty(), "kind", behaviour.kind, "needs validators: who does it?");
  check_validators(check, behaviour.validators, chains);
  for (const ChainConfig* chain : chains) {
    check.need(chain->consensus.kind != "raft", "kind", behaviour.kind,
               fmt::format("does not fit chain \"{}\": raft is made for crashes alone, and trusts its validators",
                           chain->name));
  }
}

bool has_members(const Scenario& scenario, const ChainConfig& chain, const std::vector<std::string>& patterns) {
  const std::vector<InstitutionId> named = institutions_matching(scenario, patterns), members = members_of(scenario, chain);
  return std::any_of(named.begin(), named.end(),
                     [&](InstitutionId id) { return std::binary_search(members.begin(), members.end(), id); });
}

void check_hostile_institutions(const TableCheck& check, const BehaviourConfig& behaviour,
                                const std::vector<const ChainConfig*>& chains) {
  check.need(behaviour.validators.empty(), "kind", behaviour.kind, "is done by institutions, and takes no validators");
  check.need(!behaviour.institutions.empty(), "kind", behaviour.kind, "needs institutions: who does it?");
  check.need_matches("institutions", behaviour.institutions);
  check.need(std::any_of(chains.begin(), chains.end(),
                         [&](const auto* chain) { return has_members(check.scenario(), *chain, behaviour.institutions); }),
             "institutions", behaviour.institutions.front(), "and the others named are no members of the chain");
}

void check_behaviour_settings(const TableCheck& check, const BehaviourConfig& behaviour,
                              const std::vector<const ChainConfig*>& chains) {
  const bool scales = behaviour.kind == "sign_flip" || behaviour.kind == "scaled" || behaviour.kind == "gaussian";
  check.need(behaviour.factor == 1.0 || scales, "factor", behaviour.factor,
             "needs kind = \"sign_flip\", \"scaled\" or \"gaussian\", or 1");
  check.need(behaviour.from_round == 0 || !of_validators(behaviour), "from_round", behaviour.from_round,
             "must be 0 for validators, which know no rounds");
  check.need(std::any_of(chains.begin(), chains.end(),
                         [&](const ChainConfig* chain) { return behaviour.from_round < chain->rounds; }),
             "from_round", behaviour.from_round, "is after the last round");
}

}  // namespace

void check_faults(const Scenario& scenario, const Reject& reject) {
  for (std::size_t i = 0; i < scenario.faults.size(); ++i) {
    const FaultConfig& fault = scenario.faults[i];
    const TableCheck check(scenario, fmt::format("fault.{}.", i), reject);
    check_fault_chain(check, fault);
    check_targets(check, fault);
    check_machines(check, fault);
    check_fault_settings(check, fault);
  }
}

void check_behaviours(const Scenario& scenario, const Reject& reject) {
  for (std::size_t i = 0; i < scenario.behaviours.size(); ++i) {
    const BehaviourConfig& behaviour = scenario.behaviours[i];
    const TableCheck check(scenario, fmt::format("behaviour.{}.", i), reject);
    check.need_chain("chain", behaviour.chain);
    const std::vector<const ChainConfig*> chains = chains_named(scenario, behaviour.chain);
    if (of_validators(behaviour)) check_hostile_validators(check, behaviour, chains);
    else check_hostile_institutions(check, behaviour, chains);
    check_behaviour_settings(check, behaviour, chains);
  }
}

}  // namespace polyclinic
