#include "core/ledger/topology.hpp"

#include <cmath>
#include <set>

#include "core/base/error.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

Topology make(const std::string& kind, std::int64_t nodes, std::int64_t degree = 4, double rewire = 0.1, std::uint64_t seed = 1) {
  return make_topology({kind, degree, rewire}, nodes, Seed(seed));
}

using Neighbours = std::vector<std::int64_t>;

std::set<std::size_t> degrees(const Topology& topology) {
  std::set<std::size_t> found;
  for (std::int64_t node = 0; node < topology.size(); ++node) found.insert(topology.neighbours(node).size());
  return found;
}

std::int64_t edges(const Topology& topology) {
  std::size_t ends = 0;
  for (std::int64_t node = 0; node < topology.size(); ++node) ends += topology.neighbours(node).size();
  return static_cast<std::int64_t>(ends / 2);
}

bool same(const Topology& left, const Topology& right) {
  for (std::int64_t node = 0; node < left.size(); ++node) {
    if (left.neighbours(node) != right.neighbours(node)) return false;
  }
  return left.size() == right.size();
}

}  // namespace

TEST_CASE("a ring joins each node with the next and the one before") {
  const Topology ring = make("ring", 5);
  CHECK((ring.neighbours(0) == Neighbours{1, 4}));
  CHECK((ring.neighbours(3) == Neighbours{2, 4}));
  CHECK(ring.connected());
  CHECK((make("ring", 2).neighbours(0) == Neighbours{1}));
  CHECK(make("ring", 1).neighbours(0).empty());
}

// 12 = 3 x 4: node 5 lies in row 1, column 1. 4 = 2 x 2, where left and right are the same node. 7 is prime: a ring.
TEST_CASE("a grid is the most nearly square torus") {
  const Topology torus = make("grid", 12);
  CHECK((torus.neighbours(5) == Neighbours{1, 4, 6, 9}));
  CHECK((torus.neighbours(0) == Neighbours{1, 3, 4, 8}));
  CHECK((make("grid", 4).neighbours(0) == Neighbours{1, 2}));
  CHECK((make("grid", 7).neighbours(0) == Neighbours{1, 6}));
}

TEST_CASE("a random regular graph has the degree asked for, is connected, and follows the seed alone") {
  for (const std::int64_t degree : {2, 3, 4, 7}) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const Topology graph = make("random_regular", 16, degree, 0.0, seed);
      CHECK((degrees(graph) == std::set<std::size_t>{static_cast<std::size_t>(degree)}));
      CHECK(graph.connected());
      CHECK(same(graph, make("random_regular", 16, degree, 0.0, seed)));
    }
  }
  CHECK_FALSE(same(make("random_regular", 16, 3, 0.0, 1), make("random_regular", 16, 3, 0.0, 2)));
  CHECK((degrees(make("random_regular", 6, 5)) == std::set<std::size_t>{5}));  // complete
  CHECK((make("random_regular", 2, 1).neighbours(0) == Neighbours{1}));
  CHECK(make("random_regular", 200, 3).connected());
}

// Watts and Strogatz keep the number of edges, nodes * degree / 2, whatever is rewired.
TEST_CASE("a small world is a lattice without rewiring, and keeps its edges with it") {
  const Topology lattice = make("small_world", 10, 4, 0.0);
  CHECK((lattice.neighbours(0) == Neighbours{1, 2, 8, 9}));
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const Topology world = make("small_world", 30, 4, 0.3, seed);
    CHECK(edges(world) == 60);
    CHECK(world.connected());
    CHECK_FALSE(same(world, make("small_world", 30, 4, 0.0)));
  }
}

// A path 0 - 1 - 2 by hand: degrees 1, 2, 1, so each edge weighs 1 / (1 + 2).
TEST_CASE("Metropolis weights by hand, and doubly stochastic on any graph") {
  const Topology path({{1}, {0, 2}, {1}});
  CHECK(path.weight(0, 1) == doctest::Approx(1.0 / 3));
  CHECK(path.weight(0, 0) == doctest::Approx(2.0 / 3));
  CHECK(path.weight(1, 1) == doctest::Approx(1.0 / 3));
  CHECK(path.weight(0, 2) == 0.0);
  const Topology complete = make("random_regular", 6, 5);
  CHECK(complete.weight(0, 0) == doctest::Approx(1.0 / 6));
  CHECK(complete.weight(0, 5) == doctest::Approx(1.0 / 6));
  const Topology world = make("small_world", 20, 4, 0.5);
  for (std::int64_t node = 0; node < world.size(); ++node) {
    double row = 0.0, column = 0.0;
    for (std::int64_t other = 0; other < world.size(); ++other) {
      row += world.weight(node, other);
      column += world.weight(other, node);
      CHECK(world.weight(node, other) >= 0.0);
    }
    CHECK(row == doctest::Approx(1.0));
    CHECK(column == doctest::Approx(1.0));
  }
}

TEST_CASE("graphs that cannot be are refused by name") {
  CHECK_THROWS_AS(make("star", 5), UsageError);
  CHECK_THROWS_AS(make("random_regular", 5, 3), UsageError);  // 15 ends
  CHECK_THROWS_AS(make("random_regular", 5, 5), UsageError);
  CHECK_THROWS_AS(make("random_regular", 4, 1), UsageError);  // two pairs
  CHECK_THROWS_AS(make("random_regular", 4, 0), UsageError);
  CHECK_THROWS_AS(make("small_world", 10, 3), UsageError);
  CHECK_THROWS_AS(make("small_world", 4, 4), UsageError);
  CHECK_THROWS_AS(Topology(std::vector<Neighbours>{{1}, {}}), Error);
  CHECK_THROWS_AS(Topology(std::vector<Neighbours>{{0}}), Error);
  CHECK_FALSE(Topology({{1}, {0}, {}}).connected());
}
