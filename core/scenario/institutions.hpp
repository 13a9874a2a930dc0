// From the scenario's groups to its institutions, one by one.
#pragma once

#include <string>
#include <vector>

#include "core/base/ids.hpp"
#include "core/scenario/scenario.hpp"

namespace polyclinic {

struct Institution {
  InstitutionId id;
  std::string name;
  std::string region;
  double uplink_bytes_per_s = 0.0;
  double downlink_bytes_per_s = 0.0;
  double latency_s = 0.0;
  double flops_per_s = 0.0;
  bool operator==(const Institution&) const = default;
};

// The names that a group's institutions bear: the group's own, or name-0, name-1, ... where count > 1.
[[nodiscard]] std::vector<std::string> institution_names(const InstitutionGroup& group);

// The name of one institution of the scenario.
[[nodiscard]] std::string institution_name(const Scenario& scenario, InstitutionId id);

// All institutions in id order: group after group as written. Regions and constant speeds cycle within a group; drawn speeds
// come from seed / "flops" / name, so that another institution more or less changes nobody else's.
[[nodiscard]] std::vector<Institution> expand_institutions(const Scenario& scenario);

// Institutions whose own or whose group's name one of the patterns matches, sorted; none where there are no patterns.
[[nodiscard]] std::vector<InstitutionId> institutions_matching(const Scenario& scenario,
                                                               const std::vector<std::string>& patterns);

// The members of one chain, sorted: institutions whose own or whose group's name a pattern of chain.members matches; all
// where the chain names none.
[[nodiscard]] std::vector<InstitutionId> members_of(const Scenario& scenario, const ChainConfig& chain);

}  // namespace polyclinic
