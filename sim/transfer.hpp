// Sending and fetching for actors, who wait for it. What is under way stays under way when the actor that waits is killed.
#pragma once

#include <simgrid/forward.h>

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/network.hpp"
#include "sim/traffic.hpp"
#include "sim/wire.hpp"

namespace polyclinic {

// Returns when `bytes` have arrived.
void transfer(Wire& wire, simgrid::s4u::Host* from, simgrid::s4u::Host* to, std::uint64_t bytes);

// Asks several hosts at once, each for so many bytes, and returns when the last answer has arrived at `to`: what went over the
// network, requests included.
Traffic fetch_all(Wire& wire, Network& network, const std::vector<std::pair<simgrid::s4u::Host*, std::uint64_t>>& sources,
                  simgrid::s4u::Host* to);

}  // namespace polyclinic
