// From a chain's plan to its nodes.
#pragma once

#include <vector>

#include "core/collaboration/plan.hpp"
#include "core/ledger/chain_node.hpp"

namespace polyclinic {

// By NodeId. They share a cache of signatures, so that each content is verified once in this process.
[[nodiscard]] std::vector<ChainNodeSetup> node_setups(const ChainPlan& plan);

}  // namespace polyclinic
