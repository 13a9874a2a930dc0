#include "core/scenario/limits.hpp"

#include <limits>

#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

TEST_CASE("ends of a range are in it, but for the lower one of above") {
  CHECK(between(0, 1).allow(0));
  CHECK(between(0, 1).allow(1));
  CHECK_FALSE(between(0, 1).allow(1.0000001));
  CHECK_FALSE(above(0).allow(0));
  CHECK(above(0).allow(5e-324));
  CHECK_FALSE(above_up_to(0, 1).allow(2));
  CHECK_FALSE(between(0, 1).allow(std::numeric_limits<double>::quiet_NaN()));
}

TEST_CASE("ranges in words") {
  CHECK(describe_range(anything()).empty());
  CHECK(describe_range(at_least(2)) == " of at least 2");
  CHECK(describe_range(above(0)) == " above 0");
  CHECK(describe_range(between(0, 0.5)) == " from 0 to 0.5");
  CHECK(describe_range(above_up_to(0, 1)) == " above 0 and at most 1");
  CHECK(describe_range(between(1, 1)) == " equal to 1");
}

TEST_CASE("identifiers can stand in file names and paths") {
  CHECK(is_identifier("north-0"));
  CHECK(is_identifier("A_b.2"));
  CHECK(is_identifier(std::string(63, 'a')));
  for (const std::string bad : {"", ".", "..", ".hidden", "-o", "a/b", "a b", "a*", "\xc3\xa9"})
    CHECK_FALSE(is_identifier(bad));
  CHECK_FALSE(is_identifier(std::string(64, 'a')));
}

}  // namespace
}  // namespace polyclinic
