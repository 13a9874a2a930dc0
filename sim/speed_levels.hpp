// At what speeds a machine ever computes: SimGrid wants to know them when the host is built.
#pragma once

#include <map>
#include <vector>

#include "core/scenario/fault_state.hpp"
#include "core/scenario/scenario.hpp"

namespace polyclinic {

// For each party that some fault slows down, every factor of its speed in the course of the scenario; 1 comes first.
[[nodiscard]] std::map<Party, std::vector<double>> speed_levels(const Scenario& scenario);

}  // namespace polyclinic
