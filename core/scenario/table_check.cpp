#include "core/scenario/table_check.hpp"

#include <algorithm>

#include "core/base/pattern.hpp"
#include "core/scenario/institutions.hpp"
#include "core/scenario/nearest.hpp"

namespace polyclinic {

void TableCheck::need_matches(const std::string& key, const std::vector<std::string>& patterns) const {
  std::vector<std::string> names;
  for (const InstitutionGroup& group : scenario_.groups) {
    names.push_back(group.name);
    if (group.count == 1) continue;
    for (std::string& name : institution_names(group)) names.push_back(std::move(name));
  }
  for (const std::string& pattern : patterns) {
    const bool matched = std::any_of(names.begin(), names.end(), [&](const auto& name) { return matches(pattern, name); });
    need(matched, key, pattern, "matches no institution and no group" + did_you_mean(pattern, names));
  }
}

void TableCheck::need_chain(const std::string& key, const std::string& name) const {
  std::vector<std::string> names;
  for (const ChainConfig& chain : scenario_.chains) names.push_back(chain.name);
  const bool known = name.empty() || std::find(names.begin(), names.end(), name) != names.end();
  need(known, key, name, "is no chain" + did_you_mean(name, names));
}

void TableCheck::need_validators(const std::vector<std::int64_t>& validators,
                                 const std::vector<const ChainConfig*>& chains) const {
  for (const std::int64_t node : validators) {
    for (const ChainConfig* chain : chains) {
      need(node < chain->consensus.validators, "validators", node,
           fmt::format("is no validator of chain \"{}\", which has 0 to {}", chain->name, chain->consensus.validators - 1));
    }
  }
}

std::vector<const ChainConfig*> chains_named(const Scenario& scenario, const std::string& name) {
  std::vector<const ChainConfig*> chains;
  for (const ChainConfig& chain : scenario.chains) {
    if (name.empty() || chain.name == name) chains.push_back(&chain);
  }
  return chains;
}

ChainCheck::ChainCheck(const Scenario& scenario, std::size_t index, const Reject& reject)
    : TableCheck(scenario, fmt::format("chain.{}.", index), reject),
      chain_(scenario.chains[index]),
      members_(static_cast<std::int64_t>(members_of(scenario, chain_).size())) {}

}  // namespace polyclinic
