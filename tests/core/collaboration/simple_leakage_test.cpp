#include "core/collaboration/simple_leakage.hpp"

#include "tests/core/collaboration/small_chain.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

SimpleLeakageRow row_of(std::int64_t institution, double equations, double exposed_fraction) {
  SimpleLeakageRow row;
  row.institution = institution;
  row.equations = equations;
  row.exposed_fraction = exposed_fraction;
  return row;
}

}  // namespace

TEST_CASE("what an institution publishes of the same records adds up over rounds and chains") {
  const ChainPlanPointer plan = plan_of(small_scenario());  // 130 weights: 64 pixels, two classes
  LeakageSoFar so_far({chain_of(plan, 0, 0.0, 0.6), chain_of(plan, 1, 0.5, 1.0)});
  CHECK(so_far.with(ChainId{0}, row_of(0, 13, 0.1)).equations_so_far == 13);
  const SimpleLeakageRow again = so_far.with(ChainId{0}, row_of(0, 13, 0.15));
  CHECK(again.equations_so_far == 26);
  CHECK(again.coordinates_so_far == 20);  // 0.15 x 130, rounded: most of them were published before
  const SimpleLeakageRow other_chain = so_far.with(ChainId{1}, row_of(0, 130, 1.0));
  CHECK(other_chain.equations_so_far == 156);
  CHECK(other_chain.coordinates_so_far == 150);
  CHECK(other_chain.equations == 130);
}

TEST_CASE("other institutions and chains of other records do not count") {
  const ChainPlanPointer plan = plan_of(small_scenario());
  LeakageSoFar so_far({chain_of(plan, 0, 0.0, 0.5), chain_of(plan, 1, 0.5, 1.0)});
  static_cast<void>(so_far.with(ChainId{0}, row_of(1, 13, 0.1)));
  static_cast<void>(so_far.with(ChainId{1}, row_of(0, 13, 0.1)));
  const SimpleLeakageRow own = so_far.with(ChainId{0}, row_of(0, 26, 0.2));
  CHECK(own.equations_so_far == 26);
  CHECK(own.coordinates_so_far == 26);
}
