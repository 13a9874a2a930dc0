#include "core/scenario/nearest.hpp"

#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

// kitten / sitting: the textbook example, 3 (Wagner and Fischer). "ca" / "abc" is 3 where a substring is edited once only
// (optimal string alignment), and 2 in the unrestricted distance.
TEST_CASE("edit distances of textbook pairs") {
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("ca", "abc") == 3);
  CHECK(edit_distance("fraction", "fratcion") == 1);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("abc", "") == 3);
  CHECK(edit_distance("same", "same") == 0);
  CHECK(edit_distance("a", "b") == edit_distance("b", "a"));
}

TEST_CASE("the name that was probably meant, or none") {
  const std::vector<std::string> kinds{"logistic", "mlp", "lenet", "cnn", "resnet18"};
  CHECK(closest_name("resnet", kinds) == "resnet18");
  CHECK(closest_name("logisitc", kinds) == "logistic");
  CHECK(closest_name("cn", kinds) == "cnn");
  CHECK(closest_name("transformer", kinds).empty());
  CHECK(closest_name("x", kinds).empty());  // every letter would have to change
  CHECK(closest_name("cnn", {}).empty());
  CHECK(did_you_mean("topk", {"top_k"}) == " (did you mean \"top_k\"?)");
  CHECK(did_you_mean("zzzzzz", {"top_k"}).empty());
}

}  // namespace
}  // namespace polyclinic
