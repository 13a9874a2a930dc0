// What observers will try on one chain, settled before its first round.
#pragma once

#include <string>
#include <vector>

#include "core/base/ids.hpp"
#include "core/data/dataset.hpp"
#include "core/data/load.hpp"
#include "core/scenario/scenario.hpp"

namespace polyclinic {

struct ProbePlan {
  ProbeConfig config;
  std::vector<InstitutionId> victims;  // whom it may attack, sorted
  Rows prior;                          // public images; undefined: the chain's global test rows
  std::int64_t run_seed = 0;           // the scenario's, for the record
  bool taps_lines = false;             // the network is not encrypted: who sees the wire reads what passes there

  // The rounds in question, sorted and distinct, of `rounds`: 0 is the first.
  [[nodiscard]] std::vector<std::int64_t> rounds_of(std::int64_t rounds) const;
  // At most config.victims of those `present` that it may attack, evenly spaced.
  [[nodiscard]] std::vector<InstitutionId> chosen(const std::vector<InstitutionId>& present) const;
};

// Of the [[probe]]s that concern `chain`, whose members are given. Throws UsageError where a reference is of another shape than the
// chain's data.
[[nodiscard]] std::vector<ProbePlan> plan_probes(const Scenario& scenario, const ChainConfig& chain, const InputShape& shape,
                                                 const std::vector<InstitutionId>& members, const DataPaths& paths);

}  // namespace polyclinic
