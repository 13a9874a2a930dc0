#include "core/collaboration/staleness.hpp"

#include "core/base/error.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;

// By hand from Xie et al. 2019: polynomial (1 + t)^-a, hinge 1 / (a (t - b) + 1) beyond b.
TEST_CASE("staleness weights by hand, and 1 without an age") {
  CollaborationConfig config;
  const auto weight = [&](const std::string& kind, std::int64_t age) {
    config.staleness = kind;
    return staleness_weight(config, age);
  };
  CHECK(weight("constant", 100) == 1.0);
  config.staleness_a = 0.5;
  CHECK(weight("polynomial", 3) == doctest::Approx(0.5));
  CHECK(weight("polynomial", 8) == doctest::Approx(1.0 / 3));
  config.staleness_a = 10.0;
  config.staleness_b = 4.0;
  CHECK(weight("hinge", 4) == 1.0);
  CHECK(weight("hinge", 5) == doctest::Approx(1.0 / 11));
  CHECK(weight("hinge", 6) == doctest::Approx(1.0 / 21));
  for (const NamedKind& kind : staleness_kinds()) CHECK(weight(kind.name, 0) == 1.0);
  CHECK(staleness_kinds().size() == 3);
  config.staleness_a = 0.0;
  CHECK(weight("polynomial", 7) == 1.0);
  CHECK(weight("hinge", 7) == 1.0);
  CHECK_THROWS_AS(weight("cubic", 1), UsageError);
}
