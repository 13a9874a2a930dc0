#include "core/base/pattern.hpp"

#include <string>

#include "tests/support/check.hpp"

using polyclinic::matches;

TEST_CASE("letters stand for themselves, and a pattern covers the whole name") {
  CHECK(matches("hospital-1", "hospital-1"));
  CHECK(!matches("hospital-1", "hospital-12"));
  CHECK(!matches("hospital-1", "hospital-"));
  CHECK(!matches("Hospital", "hospital"));
  CHECK(matches("", ""));
  CHECK(!matches("", "a"));
}

TEST_CASE("a question mark is exactly one character") {
  CHECK(matches("h-?", "h-7"));
  CHECK(!matches("h-?", "h-"));
  CHECK(!matches("h-?", "h-42"));
  CHECK(matches("???", "a.b"));
}

TEST_CASE("a star is any run of characters, none too") {
  CHECK(matches("*", ""));
  CHECK(matches("*", "conv1.weight"));
  CHECK(matches("conv*.weight", "conv1.weight"));
  CHECK(matches("conv*.weight", "conv.weight"));
  CHECK(!matches("conv*.weight", "conv1.bias"));
  CHECK(matches("*.weight", "layer1.0.bn1.weight"));
  CHECK(matches("layer?.*.bn*", "layer1.0.bn1.weight"));
  CHECK(matches("**a**", "a"));
}

// The first place where what follows a star fits need not be the right one.
TEST_CASE("a star takes more when that is needed") {
  CHECK(matches("*ab", "aab"));
  CHECK(matches("a*b*c", "axbxbxc"));
  CHECK(matches("*.weight", "a.weight.weight"));
  CHECK(!matches("a*b*c", "axcxb"));
}

TEST_CASE("many stars against a long name that does not match take no time") {
  CHECK(!matches("*a*a*a*a*a*a*a*a*a*a*b", std::string(5000, 'a')));
}
