// From a scenario to hosts and links.
#pragma once

#include <simgrid/forward.h>

#include <map>
#include <string>
#include <vector>

#include "core/base/ids.hpp"
#include "core/scenario/institutions.hpp"
#include "core/scenario/scenario.hpp"

namespace polyclinic {

// Where everybody lives.
struct Hosts {
  std::vector<simgrid::s4u::Host*> institutions;                  // by InstitutionId
  std::map<ChainId, std::vector<simgrid::s4u::Host*>> validators; // by NodeId
};

// Builds hosts and links whose names start with `prefix`: in each region a star of access links (an uplink and a downlink
// for every host), between regions a full mesh of backbones. Two calls with different prefixes share nothing.
[[nodiscard]] Hosts build_platform(const Scenario& scenario, const std::vector<Institution>& institutions,
                                   const std::string& prefix);

// `institutions` with the speeds, bandwidths and latencies that their hosts and links really have: what the scenario says of
// them does not count where the platform comes from a file. Links are those of the route to `hub`.
[[nodiscard]] std::vector<Institution> as_built(std::vector<Institution> institutions, const Hosts& hosts,
                                                const simgrid::s4u::Host* hub);

// The hosts of a SimGrid platform file: institutions in id order on its hosts in natural order of their names, validators on
// those that remain, or on institutions' hosts when none does. Throws Error when there are fewer hosts than institutions.
[[nodiscard]] Hosts load_platform(const Scenario& scenario, const std::vector<Institution>& institutions);

}  // namespace polyclinic
