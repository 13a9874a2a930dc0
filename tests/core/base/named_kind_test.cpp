#include "core/base/named_kind.hpp"

#include "core/base/error.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

struct Row {
  NamedKind named;
  int value = 0;
};

}  // namespace

TEST_CASE("a row is found by its name, an unknown one is the user's error and is told what is allowed") {
  const std::vector<Row> table{{{"one", "the first"}, 1}, {{"two", "the second"}, 2}};
  CHECK(find_kind(table, "number", "two").value == 2);
  CHECK_THROWS_WITH_AS(static_cast<void>(find_kind(table, "number", "three")), "number is \"three\", allowed: one, two",
                       UsageError);
  const std::vector<NamedKind> named = named_kinds(table);
  REQUIRE(named.size() == 2);
  CHECK(named[1].name == "two");
  CHECK(named[1].description == "the second");
}
