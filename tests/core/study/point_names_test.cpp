#include "core/study/point_names.hpp"

#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

using Names = std::vector<std::string>;

TEST_CASE("a key is called by its last part where no other ends so") {
  CHECK(short_keys({"sharing.fraction", "rounds"}) == Names{"fraction", "rounds"});
  CHECK(short_keys({"chain.0.rounds", "chain.1.rounds", "training.lr"}) == Names{"chain.0.rounds", "chain.1.rounds", "lr"});
}

TEST_CASE("values become readable parts of file names") {
  CHECK(name_part("fraction", "0.1") == "fraction=0.1");
  CHECK(name_part("kind", "\"pbft\"") == "kind=pbft");
  CHECK(name_part("steps", "[\"layers\", \"top_k\"]") == "steps=layers,top_k");
  CHECK(name_part("path", "\"a/b c\"") == "path=a-bc");
  CHECK(name_part("x", "\"\xc3\xa9\"") == "x=--");
}

TEST_CASE("long values and names are cut, and stay different") {
  const std::string much(200, 'x');
  const std::string part = name_part("path", much + "1");
  CHECK(part.size() == std::string("path=").size() + 32);
  CHECK(part != name_part("path", much + "2"));
  const std::string name = point_name(Names(10, part));
  CHECK(name.size() == longest_point_name);
  CHECK(is_point_name(name));
  CHECK(name != point_name(Names(11, part)));
  CHECK(point_name({"a=1", "b=2"}) == "a=1_b=2");
}

}  // namespace
}  // namespace polyclinic
