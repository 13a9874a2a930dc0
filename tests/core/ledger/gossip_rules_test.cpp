#include "core/ledger/gossip_rules.hpp"

#include <algorithm>
#include <set>

#include "core/base/error.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

using Graph = std::vector<std::vector<NodeId>>;

Graph graph(std::int64_t nodes, std::int64_t fan_out, std::uint64_t seed = 1) {
  GossipRules rules;
  rules.fan_out = fan_out;
  rules.seed = Seed(seed);
  return neighbours(rules, nodes);
}

std::size_t reached_from_first(const Graph& graph) {
  std::vector<NodeId> open = {NodeId{0}};
  std::set<NodeId> reached = {NodeId{0}};
  while (!open.empty()) {
    const NodeId node = open.back();
    open.pop_back();
    for (const NodeId next : graph.at(static_cast<std::size_t>(node.value))) {
      if (reached.insert(next).second) open.push_back(next);
    }
  }
  return reached.size();
}

void check_symmetric(const Graph& graph) {
  for (std::size_t node = 0; node < graph.size(); ++node) {
    CHECK(std::ranges::is_sorted(graph[node]));
    CHECK(std::ranges::adjacent_find(graph[node]) == graph[node].end());
    for (const NodeId other : graph[node]) {
      CHECK(static_cast<std::size_t>(other.value) != node);
      CHECK(std::ranges::count(graph[static_cast<std::size_t>(other.value)], NodeId{static_cast<std::int32_t>(node)}) == 1);
    }
  }
}

void check_degrees(const Graph& graph, std::int64_t fan_out) {
  for (const std::vector<NodeId>& list : graph) CHECK(std::abs(std::ssize(list) - fan_out) <= 1);
}

}  // namespace

TEST_CASE("everybody has as many neighbours as asked for, and news gets everywhere") {
  for (std::int64_t nodes = 4; nodes <= 41; nodes += (nodes < 12 ? 1 : 7)) {
    for (std::int64_t fan_out = 2; fan_out < nodes; ++fan_out) {
      const Graph links = graph(nodes, fan_out, static_cast<std::uint64_t>(nodes));
      check_symmetric(links);
      check_degrees(links, fan_out);
      CHECK(reached_from_first(links) == static_cast<std::size_t>(nodes));
    }
  }
}

TEST_CASE("a fan-out of 0, and one that nobody can have, mean all others") {
  for (const std::int64_t fan_out : {0, 6, 100}) {
    const Graph links = graph(7, fan_out);
    check_symmetric(links);
    for (const std::vector<NodeId>& list : links) CHECK(list.size() == 6);
  }
  CHECK(graph(0, 3).empty());
  CHECK(graph(1, 3).at(0).empty());
  REQUIRE(graph(2, 3).at(0).size() == 1);
  CHECK(graph(2, 3).at(0).front().value == 1);
}

TEST_CASE("one neighbour each would leave the graph in pieces: everybody has two") {
  const Graph links = graph(9, 1);
  for (const std::vector<NodeId>& list : links) CHECK(list.size() == 2);
  CHECK(reached_from_first(links) == 9);
}

TEST_CASE("the graph follows from its seed, and each node knows its own part of it") {
  CHECK((graph(50, 8) == graph(50, 8)));
  CHECK((graph(50, 8, 1) != graph(50, 8, 2)));
  GossipRules rules;
  for (const std::int64_t fan_out : {0, 3, 8}) {
    rules.fan_out = fan_out;
    const Graph links = neighbours(rules, 20);
    for (std::int32_t node = 0; node < 20; ++node) {
      CHECK((neighbours_of(NodeId{node}, rules, 20) == links.at(static_cast<std::size_t>(node))));
    }
  }
}

// A random graph of degree 8 on 1,000 nodes: from the first, at most 8, then 7 times as many in each further hop, so that 4
// hops reach 8 (1 + 7 + 49 + 343) = 3200 > 999 at best; two more are for chance.
TEST_CASE("a thousand nodes are a few hops from one another") {
  const Graph links = graph(1000, 8);
  std::set<NodeId> reached = {NodeId{0}};
  for (int hop = 0; hop < 6; ++hop) {
    for (const NodeId node : std::set<NodeId>(reached)) {
      const auto& list = links.at(static_cast<std::size_t>(node.value));
      reached.insert(list.begin(), list.end());
    }
  }
  CHECK(reached.size() == 1000);
}

TEST_CASE("hubs know one another and many others") {
  GossipRules rules;
  rules.fan_out = 4;
  rules.hubs = 5;
  rules.hub_fan_out = 30;
  const Graph links = neighbours(rules, 100);
  check_symmetric(links);
  for (std::size_t hub = 0; hub < 5; ++hub) {
    CHECK(links[hub].size() == 30);
    for (std::int32_t other = 0; other < 5; ++other) {
      if (static_cast<std::size_t>(other) != hub) CHECK(std::ranges::count(links[hub], NodeId{other}) == 1);
    }
  }
}

TEST_CASE("a negative fan-out is refused") { CHECK_THROWS_AS(graph(4, -1), Error); }
