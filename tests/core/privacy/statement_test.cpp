#include "core/privacy/statement.hpp"

#include "tests/core/privacy/words.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {

using testing::contains;
namespace {

PrivacyStatement statement() {
  PrivacyStatement made;
  made.unit = "record";
  made.adjacency = "add/remove";
  made.sampling = "poisson";
  made.mechanism = "DP-SGD";
  made.delta = 1e-5;
  made.accountant = "rdp";
  made.conversion = "improved";
  made.noise_multiplier = 1.5;
  made.rate = 0.04;
  made.steps = 2250;
  made.epsilon = 7.329111;
  made.order = 3.9;
  return made;
}

}  // namespace

TEST_CASE("a statement says everything without which its number means nothing") {
  const std::string text = text_of(statement());
  for (const char* line :
       {"epsilon: 7.32911\n", "unit: record\n", "adjacency: add/remove\n", "sampling: poisson\n", "delta: 1e-05\n",
        "accountant: rdp, improved\n", "noise_multiplier: 1.5\n", "rate: 0.04\n", "steps: 2250\n", "order: 3.9\n"}) {
    CHECK(contains(text, line));
  }
  CHECK_FALSE(contains(text, "warning"));
  CHECK(contains(line_of(statement()),
                 "epsilon 7.329 at delta 1e-05 (rdp, improved) per record, add/remove, sampling poisson"));
}

TEST_CASE("where no epsilon holds the reason stands in its place, and an order at the edge is warned of") {
  PrivacyStatement none = statement();
  none.epsilon = std::numeric_limits<double>::quiet_NaN();
  none.reason = "running statistics are published";
  CHECK(contains(text_of(none), "epsilon: n/a, running statistics are published\n"));
  CHECK(line_of(none) == "no epsilon holds: running statistics are published");
  PrivacyStatement edge = statement();
  edge.at_edge = true;
  CHECK(contains(text_of(edge), "warning: the best order is at the edge"));
}

}  // namespace polyclinic
