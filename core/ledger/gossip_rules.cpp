#include "core/ledger/gossip_rules.hpp"

#include <algorithm>
#include <utility>

#include "core/base/error.hpp"

namespace polyclinic {
namespace {

using Node = std::int64_t;
using Links = std::vector<std::vector<Node>>;

std::vector<Node>& linked_to(Links& links, Node node) { return links[static_cast<std::size_t>(node)]; }

bool are_linked(const Links& links, Node a, Node b) {
  return a == b || std::ranges::find(links[static_cast<std::size_t>(a)], b) != links[static_cast<std::size_t>(a)].end();
}

void link(Links& links, Node a, Node b) {
  if (are_linked(links, a, b)) return;
  linked_to(links, a).push_back(b);
  linked_to(links, b).push_back(a);
}

// How often an edge of a cycle or of a matching is looked for anew before it is left out.
constexpr int attempts = 200;

// A random cycle through all nodes. Where two that follow one another are linked already, a random stretch is turned
// around (a 2-opt move) so that they no longer do.
void link_cycle(Links& links, Random& random) {
  const auto nodes = std::ssize(links);
  std::vector<Node> order = random.permutation(nodes);
  const auto at = [&](std::int64_t i) -> Node { return order[static_cast<std::size_t>((i + nodes) % nodes)]; };
  for (std::int64_t i = 0; i < nodes; ++i) {
    for (int attempt = 0; attempt < attempts && are_linked(links, at(i), at(i + 1)); ++attempt) {
      const auto j = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(nodes)));
      const auto [low, high] = std::minmax(i, j);
      if (high - low < 2 || are_linked(links, at(low), at(high)) || are_linked(links, at(low + 1), at(high + 1))) continue;
      std::reverse(order.begin() + low + 1, order.begin() + high + 1);
    }
  }
  for (std::int64_t i = 0; i < nodes; ++i) link(links, at(i), at(i + 1));
}

std::vector<Node> with_fewer_than(const Links& links, std::int64_t degree, Random& random) {
  std::vector<Node> nodes = random.permutation(std::ssize(links));
  std::erase_if(nodes, [&](Node node) { return std::ssize(links[static_cast<std::size_t>(node)]) >= degree; });
  return nodes;
}

// Links those that have fewer than `degree` neighbours to one another, as far as that goes, and those that still lack one to
// others, which get one more than asked for.
void fill_up(Links& links, std::int64_t degree, Random& random) {
  const auto degree_of = [&](Node node) { return std::ssize(linked_to(links, node)); };
  const std::vector<Node> lacking = with_fewer_than(links, degree, random);
  for (std::size_t i = 0; i < lacking.size(); ++i) {
    for (std::size_t j = i + 1; j < lacking.size() && degree_of(lacking[i]) < degree; ++j) {
      if (degree_of(lacking[j]) < degree) link(links, lacking[i], lacking[j]);
    }
  }
  for (const Node node : with_fewer_than(links, degree, random)) {
    for (const Node other : random.permutation(std::ssize(links))) {
      if (degree_of(node) < degree && degree_of(other) <= degree) link(links, node, other);
    }
  }
}

void link_hubs(Links& links, const GossipRules& rules, Random& random) {
  const std::int64_t hubs = std::min(rules.hubs, std::ssize(links));
  for (std::int64_t a = 0; a < hubs; ++a) {
    for (std::int64_t b = 0; b < a; ++b) link(links, a, b);
  }
  for (std::int64_t hub = 0; hub < hubs; ++hub) {
    for (const std::int64_t other : random.permutation(std::ssize(links))) {
      if (std::ssize(linked_to(links, hub)) >= rules.hub_fan_out) break;
      if (other >= hubs) link(links, hub, other);
    }
  }
}

Links regular_graph(std::int64_t degree, std::int64_t nodes, Random& random) {
  Links links(static_cast<std::size_t>(nodes));
  for (std::int64_t cycle = 0; cycle < std::max<std::int64_t>(degree / 2, 1); ++cycle) link_cycle(links, random);
  fill_up(links, degree, random);
  return links;
}

std::int64_t with_another_degree(const Links& links, std::int64_t degree) {
  return std::ranges::count_if(links, [&](const std::vector<Node>& list) { return std::ssize(list) != degree; });
}

// In a dense graph the last edges may find no place. Then another draw is more likely to succeed than a search.
Links best_regular_graph(std::int64_t degree, std::int64_t nodes, Random& random) {
  Links best = regular_graph(degree, nodes, random);
  for (int attempt = 0; attempt < attempts && with_another_degree(best, degree) > nodes * degree % 2; ++attempt) {
    Links other = regular_graph(degree, nodes, random);
    if (with_another_degree(other, degree) < with_another_degree(best, degree)) best = std::move(other);
  }
  return best;
}

Links drawn_graph(const GossipRules& rules, std::int64_t nodes) {
  Random random(rules.seed / "neighbours");
  Links links = best_regular_graph(std::max<std::int64_t>(rules.fan_out, 2), nodes, random);
  link_hubs(links, rules, random);
  return links;
}

Links complete_graph(std::int64_t nodes) {
  Links links(static_cast<std::size_t>(nodes));
  for (Node a = 0; a < nodes; ++a) {
    for (Node b = 0; b < nodes; ++b) {
      if (a != b) linked_to(links, a).push_back(b);
    }
  }
  return links;
}

bool is_complete(const GossipRules& rules, std::int64_t nodes) { return rules.fan_out == 0 || rules.fan_out >= nodes - 1; }

std::vector<NodeId> node_ids(std::vector<Node> nodes) {
  std::ranges::sort(nodes);
  std::vector<NodeId> ids;
  for (const Node node : nodes) ids.push_back(NodeId{static_cast<std::int32_t>(node)});
  return ids;
}

}  // namespace

std::vector<std::vector<NodeId>> neighbours(const GossipRules& rules, std::int64_t nodes) {
  require(rules.fan_out >= 0 && nodes >= 0, "gossip of {} nodes with a fan-out of {}", nodes, rules.fan_out);
  std::vector<std::vector<NodeId>> lists;
  for (const std::vector<Node>& linked : is_complete(rules, nodes) ? complete_graph(nodes) : drawn_graph(rules, nodes)) {
    lists.push_back(node_ids(linked));
  }
  return lists;
}

std::vector<NodeId> neighbours_of(NodeId node, const GossipRules& rules, std::int64_t nodes) {
  if (rules.graph) return rules.graph->at(static_cast<std::size_t>(node.value));
  if (!is_complete(rules, nodes)) return neighbours(rules, nodes).at(static_cast<std::size_t>(node.value));
  std::vector<NodeId> others;
  for (std::int32_t other = 0; other < nodes; ++other) {
    if (other != node.value) others.push_back(NodeId{other});
  }
  return others;
}

}  // namespace polyclinic
