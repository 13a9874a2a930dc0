// Who exchanges with whom where there is no common model: an undirected, connected graph over a chain's members, the same for
// everybody who knows the seed, and the weights with which neighbours average.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/named_kind.hpp"
#include "core/base/seed.hpp"

namespace polyclinic {

struct TopologyRules {
  std::string kind = "ring";           // see topology_kinds()
  std::int64_t degree = 4;             // random_regular, small_world: neighbours of a node
  double rewire = 0.1;                 // small_world: share of edges that lead anywhere
  bool operator==(const TopologyRules&) const = default;
};

class Topology {
 public:
  // `neighbours`: of each node, by its position; symmetric, without loops. Throws Error where it is not.
  explicit Topology(std::vector<std::vector<std::int64_t>> neighbours);

  [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(neighbours_.size()); }
  [[nodiscard]] const std::vector<std::int64_t>& neighbours(std::int64_t node) const {  // sorted
    return neighbours_.at(static_cast<std::size_t>(node));
  }
  [[nodiscard]] bool connected() const;
  // Metropolis weights: 1 / (1 + max(degrees)) between neighbours, what is left to 1 on the node itself, 0 elsewhere.
  // Symmetric and doubly stochastic, so that averaging with them again and again tends to the plain mean on a connected
  // graph. (Xiao and Boyd 2004, Fast linear iterations for distributed averaging, section 4.2, in the form of Xiao, Boyd and
  // Lall 2005, A scheme for robust distributed sensor fusion based on average consensus.)
  [[nodiscard]] double weight(std::int64_t node, std::int64_t other) const;

 private:
  std::vector<std::vector<std::int64_t>> neighbours_;
};

// The kinds that TopologyRules::kind may take, with a line of description each.
[[nodiscard]] std::vector<NamedKind> topology_kinds();
// A connected graph over `nodes` nodes, drawn from `seed` where chance has a part in it. Throws UsageError for an unknown kind,
// or a degree that such a graph of so many nodes cannot have.
[[nodiscard]] Topology make_topology(const TopologyRules& rules, std::int64_t nodes, Seed seed);

}  // namespace polyclinic
