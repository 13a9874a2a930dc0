// How transactions and blocks spread among a chain's nodes.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/base/ids.hpp"
#include "core/base/seed.hpp"

namespace polyclinic {

struct GossipRules {
  std::int64_t fan_out = 0;            // neighbours of each node, to which it forwards what is new; 0: all other nodes
  bool announce = false;               // hashes travel first, contents on request
  bool compact = false;                // blocks travel as CompactBlock
  double request_timeout_s = 2.0;      // until what was asked for is asked of another neighbour
  Seed seed{0};                        // of the graph: the same for all nodes of a chain
  std::int64_t hubs = 0;               // the first nodes: each a neighbour of all other hubs, and
  std::int64_t hub_fan_out = 0;        // of so many nodes in all (of at least `fan_out`); needs fan_out > 0
  // neighbours() of these rules, for the nodes of one process to share; null: each works them out for itself.
  std::shared_ptr<const std::vector<std::vector<NodeId>>> graph = nullptr;
};

// Who forwards to whom: a connected random graph in which everybody has `fan_out` neighbours (one more or less where
// that is impossible), the same for everybody who knows the rules. By NodeId, sorted.
[[nodiscard]] std::vector<std::vector<NodeId>> neighbours(const GossipRules& rules, std::int64_t nodes);
// Of one node alone.
[[nodiscard]] std::vector<NodeId> neighbours_of(NodeId node, const GossipRules& rules, std::int64_t nodes);

}  // namespace polyclinic
