#include <algorithm>
#include <set>

#include "core/scenario/institutions.hpp"
#include "core/scenario/table_check.hpp"

namespace polyclinic {
namespace {

// What churns faster gets nothing done, and at late times a shorter one is lost in rounding: the clock would stand still.
constexpr double shortest_churn_s = 1e-3;

void check_fault_chain(const TableCheck& check, const FaultConfig& fault) {
  check.need_chain("chain", fault.chain);
  const bool needs_one = fault.kind == "loss" || !fault.validators.empty();
  check.need(!needs_one || !fault.chain.empty() || check.scenario().chains.size() == 1, "chain", fault.chain,
             "must say which of the chains is meant");
  if (!fault.validators.empty()) check.need_validators(fault.validators, chains_named(check.scenario(), fault.chain));
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
                           "institution",
                           fault.kind));
  }
  check.need(!of_machines || check.scenario().network.platform.empty(), "kind", fault.kind,
             "does not fit network.platform, whose machines and links are the platform file's");
}

void check_churn(const TableCheck& check, const FaultConfig& fault) {
  const std::string needed =
      fmt::format("must be at least {} with kind = \"churn\": with shorter times the simulated clock would stand still",
                  shortest_churn_s);
  check.need(fault.on_s >= shortest_churn_s, "on_s", fault.on_s, needed);
  check.need(fault.off_s >= shortest_churn_s, "off_s", fault.off_s, needed);
}

// Settings that only some kinds read.
void check_fault_settings(const TableCheck& check, const FaultConfig& fault) {
  const auto only = [&](bool fine, const std::string& key, double value, const std::string& kinds,
                        const std::string& otherwise) {
    check.need(fine, key, value, fmt::format("needs kind = {}, or {}", kinds, otherwise));
  };
  const bool churn = fault.kind == "churn", degrade = fault.kind == "degrade", loss = fault.kind == "loss";
  const double factor = FaultConfig{}.factor;
  only(fault.factor == factor || fault.kind == "slow" || degrade, "factor", fault.factor, "\"slow\" or \"degrade\"",
       fmt::format("{}", factor));
  only(fault.latency_factor == 1.0 || degrade, "latency_factor", fault.latency_factor, "\"degrade\"", "1");
  only(fault.probability == 0.0 || loss, "probability", fault.probability, "\"loss\"", "0");
  only(fault.on_s == 0.0 || churn, "on_s", fault.on_s, "\"churn\"", "0");
  only(fault.off_s == 0.0 || churn, "off_s", fault.off_s, "\"churn\"", "0");
  check.need(fault.distribution == "exponential" || churn, "distribution", fault.distribution,
             "needs kind = \"churn\", or must be \"exponential\"");
  if (churn) check_churn(check, fault);
  check.need(!loss || fault.probability > 0.0, "probability", fault.probability, "must be above 0 with kind = \"loss\"");
  check.need(fault.within_s == 0.0 || fault.draws > 0, "within_s", fault.within_s,
             "is when drawn faults begin, and needs draws above 0, or 0");
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

}  // namespace polyclinic
