#include "tests/core/scenario/fixture.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

using testing::complaint_of_chain;
using testing::contains;

// What is said of the base scenario with these [[chain.personalization]] tables.
std::string complaint_of(const std::string& methods, std::vector<std::string> of_chain = {}) {
  of_chain.push_back("personalization=[" + methods + "]");
  return complaint_of_chain(of_chain);
}

TEST_CASE("every method stands as it is by default, all beside one another") {
  CHECK(
      complaint_of(R"({kind="fine_tune"}, {kind="head"}, {kind="ditto"}, {kind="apfl"}, {kind="bn"}, {kind="interpolate"})")
          .empty());
  CHECK(contains(complaint_of(R"({kind="fine_tune", epoch=3})"), "epoch"));
}

TEST_CASE("methods of a chain have names of their own") {
  CHECK(contains(complaint_of(R"({kind="ditto"}, {kind="ditto", lambda=1.0})"),
                 "chain.0.personalization.1.kind = \"ditto\" names the results of an earlier method"));
  CHECK(complaint_of(R"({kind="ditto"}, {kind="ditto", lambda=1.0, name="ditto-strong"})").empty());
  CHECK(contains(complaint_of(R"({kind="fine_tune", name="ditto"}, {kind="ditto"})"),
                 "names the results of an earlier method"));
  CHECK(
      contains(complaint_of(R"({kind="ditto", name="a/b"})"), "personalization.0.name = \"a/b\" must consist of letters"));
}

TEST_CASE("keys that a method does not read are left alone") {
  CHECK(contains(complaint_of(R"({kind="fine_tune", lambda=0.5})"),
                 "personalization.0.lambda = 0.5 needs kind = ditto, or must be 0.1"));
  CHECK(contains(complaint_of(R"({kind="ditto", alpha=0.25})"),
                 "alpha = 0.25 needs kind = apfl, interpolate, or must be 0.5"));
  CHECK(contains(complaint_of(R"({kind="ditto", adaptive=false})"), "adaptive = false needs kind = apfl, interpolate"));
  CHECK(contains(complaint_of(R"({kind="apfl", steps=5})"), "steps = 5 needs kind = interpolate, or must be 10"));
  CHECK(contains(complaint_of(R"({kind="ditto", epochs=7})"), "epochs = 7 needs kind = fine_tune, head, bn, or must be 5"));
  CHECK(contains(complaint_of(R"({kind="apfl", patience=7})"), "patience = 7 needs kind = fine_tune, head, bn"));
  CHECK(
      contains(complaint_of(R"({kind="interpolate", lr=0.5})"), "lr = 0.5 needs kind = fine_tune, head, ditto, apfl, bn"));
  CHECK(contains(complaint_of(R"({kind="head", part="head"})"),
                 "part = \"head\" needs kind = fine_tune, or must be \"all\""));
  CHECK(contains(complaint_of(R"({kind="bn", training="alternate"})"), "training = \"alternate\" needs kind = head"));
  CHECK(contains(complaint_of(R"({kind="bn", private=["a"]})"), "private = [\"a\"] needs kind = head, or must be []"));
}

TEST_CASE("methods that tune need epochs, and an alpha that validation chooses needs validation rows") {
  for (const char* kind : {"fine_tune", "head", "bn"}) {
    CHECK(contains(complaint_of(std::string("{epochs=0, kind=\"") + kind + "\"}"), "epochs = 0 leaves nothing to learn"));
  }
  CHECK(
      contains(complaint_of(R"({kind="interpolate"})", {"partition.validation=0"}), "needs partition.validation above 0"));
  CHECK(complaint_of(R"({kind="interpolate", adaptive=false, alpha=0.25})", {"partition.validation=0"}).empty());
  CHECK(
      contains(complaint_of(R"({kind="interpolate", alpha=0.25})"), "is chosen by validation: it needs adaptive = false"));
  CHECK(complaint_of(R"({kind="fine_tune"})", {"partition.validation=0"}).empty());
}

TEST_CASE("a chain without learning has nothing to personalize, gossip has") {
  CHECK(contains(complaint_of(R"({kind="bn"})", {"load.blocks=5"}), "load.blocks = 5 makes a chain without learning"));
  CHECK(complaint_of(R"({kind="ditto"})", {"collaboration.mode=gossip", "consensus.payload=off_chain"}).empty());
}

TEST_CASE("epochs of a private part need an algorithm that has them") {
  CHECK(contains(complaint_of_chain({"collaboration.head_epochs=2"}),
                 "head_epochs = 2 needs collaboration.algorithm = \"fedrep\", or 1"));
  CHECK(complaint_of_chain({"collaboration.head_epochs=2", "collaboration.algorithm=fedrep"}).empty());
}

}  // namespace
}  // namespace polyclinic
