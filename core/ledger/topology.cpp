#include "core/ledger/topology.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <utility>

#include "core/base/error.hpp"

namespace polyclinic {
namespace {

using Edge = std::pair<std::int64_t, std::int64_t>;  // the smaller node first
using Edges = std::set<Edge>;

constexpr int draws = 1000;  // of a random graph until it is connected; a sparse one of 1,000 nodes needs some tens

Edge edge(std::int64_t a, std::int64_t b) { return {std::min(a, b), std::max(a, b)}; }

Topology graph(std::int64_t nodes, const Edges& edges) {
  std::vector<std::vector<std::int64_t>> neighbours(static_cast<std::size_t>(nodes));
  for (const auto& [a, b] : edges) {
    neighbours[static_cast<std::size_t>(a)].push_back(b);
    neighbours[static_cast<std::size_t>(b)].push_back(a);
  }
  return Topology(std::move(neighbours));
}

Edges lattice(std::int64_t nodes, std::int64_t reach) {
  Edges edges;
  for (std::int64_t node = 0; node < nodes; ++node) {
    for (std::int64_t step = 1; step <= reach; ++step) {
      const std::int64_t other = (node + step) % nodes;
      if (other != node) edges.insert(edge(node, other));
    }
  }
  return edges;
}

Topology ring(const TopologyRules&, std::int64_t nodes, Seed) { return graph(nodes, lattice(nodes, 1)); }

// A torus of the most nearly square shape: of a prime number of nodes a ring.
Topology grid(const TopologyRules&, std::int64_t nodes, Seed) {
  std::int64_t rows = 1;
  for (std::int64_t divisor = 2; divisor * divisor <= nodes; ++divisor) {
    if (nodes % divisor == 0) rows = divisor;
  }
  const std::int64_t columns = nodes / rows;
  Edges edges;
  for (std::int64_t node = 0; node < nodes; ++node) {
    const std::int64_t row = node / columns, column = node % columns;
    const std::int64_t right = row * columns + (column + 1) % columns;
    const std::int64_t below = (row + 1) % rows * columns + column;
    if (right != node) edges.insert(edge(node, right));
    if (below != node) edges.insert(edge(node, below));
  }
  return graph(nodes, edges);
}

// Pairs of free half-edges, drawn until none is left; nothing where what is left cannot be paired.
// (Steger and Wormald 1999, Generating random regular graphs quickly.)
std::optional<Edges> pair_up(std::int64_t nodes, std::int64_t degree, Random random) {
  std::vector<std::int64_t> free;
  for (std::int64_t node = 0; node < nodes; ++node) free.insert(free.end(), static_cast<std::size_t>(degree), node);
  Edges edges;
  const auto fits = [&](std::int64_t a, std::int64_t b) { return a != b && !edges.contains(edge(a, b)); };
  const auto any_fits = [&] {
    const std::set<std::int64_t> left(free.begin(), free.end());
    return std::any_of(left.begin(), left.end(), [&](std::int64_t a) {
      return std::any_of(left.begin(), left.end(), [&](std::int64_t b) { return fits(a, b); });
    });
  };
  const auto take = [&](std::size_t index) {
    std::swap(free[index], free.back());
    free.pop_back();
  };
  std::int64_t misses = 0;
  while (!free.empty()) {
    const auto first = static_cast<std::size_t>(random.below(free.size()));
    const auto second = static_cast<std::size_t>(random.below(free.size()));
    if (first == second || !fits(free[first], free[second])) {
      if (++misses > degree * degree && !any_fits()) return std::nullopt;
      continue;
    }
    misses = 0;
    edges.insert(edge(free[first], free[second]));
    take(std::max(first, second));
    take(std::min(first, second));
  }
  return edges;
}

template <class Draw>
Topology connected(std::int64_t nodes, Seed seed, Draw draw) {
  for (int attempt = 0; attempt < draws; ++attempt) {
    const std::optional<Edges> edges = draw(Random(seed / attempt));
    if (!edges) continue;
    Topology topology = graph(nodes, *edges);
    if (topology.connected()) return topology;
  }
  fail("collaboration.topology: no connected graph over {} institutions in {} draws; a higher collaboration.degree helps",
       nodes, draws);
}

void require_degree(bool possible, const TopologyRules& rules, std::int64_t nodes, const char* needs) {
  if (possible) return;
  throw UsageError(
      fmt::format("collaboration.degree is {}, {} over {} institutions needs {}", rules.degree, rules.kind, nodes, needs));
}

Topology random_regular(const TopologyRules& rules, std::int64_t nodes, Seed seed) {
  const std::int64_t degree = rules.degree;
  require_degree(degree >= 1 && degree < nodes, rules, nodes,
                 "at least 1 and fewer neighbours than there are institutions");
  require_degree(degree * nodes % 2 == 0, rules, nodes, "an even one, for their number is odd");
  require_degree(degree > 1 || nodes == 2, rules, nodes, "at least 2 to connect them");
  return connected(nodes, seed, [&](Random random) { return pair_up(nodes, degree, std::move(random)); });
}

// Each edge of a ring lattice, with the given probability, leads from the same node to anywhere instead.
// (Watts and Strogatz 1998, Collective dynamics of small-world networks.)
Edges rewired(Edges edges, std::int64_t nodes, std::int64_t reach, double probability, Random random) {
  for (std::int64_t step = 1; step <= reach; ++step) {
    for (std::int64_t node = 0; node < nodes; ++node) {
      if (random.uniform() >= probability) continue;
      const auto other = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(nodes)));
      if (other == node || edges.contains(edge(node, other))) continue;
      edges.erase(edge(node, (node + step) % nodes));
      edges.insert(edge(node, other));
    }
  }
  return edges;
}

Topology small_world(const TopologyRules& rules, std::int64_t nodes, Seed seed) {
  const std::int64_t degree = rules.degree;
  require_degree(degree >= 2 && degree % 2 == 0 && degree < nodes, rules, nodes,
                 "an even one of at least 2 and less than their number");
  return connected(nodes, seed, [&](Random random) {
    return std::optional(rewired(lattice(nodes, degree / 2), nodes, degree / 2, rules.rewire, std::move(random)));
  });
}

struct Kind {
  NamedKind named;
  Topology (*make)(const TopologyRules& rules, std::int64_t nodes, Seed seed);
};

std::vector<Kind> kinds() {
  return {
      {{"ring", "two neighbours each"}, ring},
      {{"grid", "a torus, as square as their number allows: four neighbours each"}, grid},
      {{"random_regular", "collaboration.degree neighbours each, drawn at random"}, random_regular},
      {{"small_world", "a ring with collaboration.degree neighbours, a share of whose edges leads anywhere"}, small_world},
  };
}

}  // namespace

Topology::Topology(std::vector<std::vector<std::int64_t>> neighbours) : neighbours_(std::move(neighbours)) {
  for (std::vector<std::int64_t>& list : neighbours_) std::ranges::sort(list);
  for (std::int64_t node = 0; node < size(); ++node) {
    for (const std::int64_t other : this->neighbours(node)) {
      require(other >= 0 && other < size() && other != node && std::ranges::binary_search(this->neighbours(other), node),
              "topology: {} and {} are no pair of neighbours", node, other);
    }
  }
}

bool Topology::connected() const {
  std::set<std::int64_t> reached;
  std::vector<std::int64_t> open;
  if (size() > 0) open.push_back(0);
  while (!open.empty()) {
    const std::int64_t node = open.back();
    open.pop_back();
    if (!reached.insert(node).second) continue;
    open.insert(open.end(), neighbours(node).begin(), neighbours(node).end());
  }
  return static_cast<std::int64_t>(reached.size()) == size();
}

double Topology::weight(std::int64_t node, std::int64_t other) const {
  const auto degree = [this](std::int64_t of) { return static_cast<double>(neighbours(of).size()); };
  if (node != other) {
    if (!std::ranges::binary_search(neighbours(node), other)) return 0.0;
    return 1.0 / (1.0 + std::max(degree(node), degree(other)));
  }
  double left = 1.0;
  for (const std::int64_t neighbour : neighbours(node)) left -= weight(node, neighbour);
  return left;
}

std::vector<NamedKind> topology_kinds() { return named_kinds(kinds()); }

Topology make_topology(const TopologyRules& rules, std::int64_t nodes, Seed seed) {
  return find_kind(kinds(), "collaboration.topology", rules.kind).make(rules, nodes, seed);
}

}  // namespace polyclinic
