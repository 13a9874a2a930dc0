#include "core/collaboration/probe_plan.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "core/collaboration/reference_rows.hpp"
#include "core/scenario/institutions.hpp"

namespace polyclinic {

std::vector<std::int64_t> ProbePlan::rounds_of(std::int64_t rounds) const {
  std::vector<std::int64_t> chosen;
  for (const double place : config.at) chosen.push_back(std::llround(place * static_cast<double>(rounds - 1)));
  std::ranges::sort(chosen);
  const auto repeated = std::ranges::unique(chosen);
  chosen.erase(repeated.begin(), repeated.end());
  return chosen;
}

std::vector<InstitutionId> ProbePlan::chosen(const std::vector<InstitutionId>& present) const {
  std::vector<InstitutionId> candidates;
  std::ranges::set_intersection(victims, present, std::back_inserter(candidates));
  const std::size_t wanted = std::min(candidates.size(), static_cast<std::size_t>(config.victims));
  std::vector<InstitutionId> spaced;
  for (std::size_t i = 0; i < wanted; ++i) spaced.push_back(candidates[i * candidates.size() / wanted]);
  return spaced;
}

std::vector<ProbePlan> plan_probes(const Scenario& scenario, const ChainConfig& chain, const InputShape& shape,
                                   const std::vector<InstitutionId>& members, const DataPaths& paths) {
  std::vector<ProbePlan> plans;
  for (const ProbeConfig& config : scenario.probes) {
    if (!config.chain.empty() && config.chain != chain.name) continue;
    ProbePlan plan{.config = config, .victims = members, .prior = {}, .run_seed = static_cast<std::int64_t>(scenario.seed), .taps_lines = !scenario.network.encrypted};
    if (!config.institutions.empty()) {
      const std::vector<InstitutionId> named = institutions_matching(scenario, config.institutions);
      plan.victims.clear();
      std::ranges::set_intersection(members, named, std::back_inserter(plan.victims));
    }
    plan.prior = reference_rows(scenario, config.reference, "probe.reference", shape, paths);
    plans.push_back(std::move(plan));
  }
  return plans;
}

}  // namespace polyclinic
