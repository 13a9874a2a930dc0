// What does not fit masked updates.
#include "tests/core/scenario/fixture.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

using testing::base_text;
using testing::complaint;
using testing::complaint_of_chain;
using testing::contains;

// What is said of the base scenario's chain (three members) with masked updates and these keys.
std::string complaint_of(std::vector<std::string> settings) {
  settings.emplace_back("secure_aggregation.enabled=true");
  for (std::string& setting : settings) {
    if (!setting.starts_with("institution.")) setting.insert(0, "chain.0.");
  }
  return complaint(base_text, settings);
}

TEST_CASE("masked updates fit plain rounds, any server and public choices of coordinates") {
  CHECK(complaint_of({}).empty());
  CHECK(complaint_of({"collaboration.server=adam"}).empty());
  CHECK(complaint_of({"collaboration.algorithm=fedprox", "collaboration.mu=0.1"}).empty());
  CHECK(complaint_of({"collaboration.min_updates=3", "collaboration.deadline_s=60"}).empty());
  CHECK(complaint_of({"sharing.steps=[\"layers\", \"full\"]", "sharing.private=[\"head.*\"]"}).empty());
}

TEST_CASE("what looks at single updates, or has no rounds, does not fit masked ones") {
  CHECK(contains(complaint_of({"collaboration.mode=asynchronous"}),
                 "chain.0.collaboration.mode = \"asynchronous\" does not fit secure_aggregation.enabled = true, which needs "
                 "\"synchronous\""));
  CHECK(contains(complaint_of({"collaboration.mode=buffered", "collaboration.buffer=2"}), "mode = \"buffered\" does not fit"));
  CHECK(contains(complaint_of({"collaboration.mode=gossip", "consensus.payload=off_chain"}), "mode = \"gossip\" does not fit"));
  for (const std::string defence : {"krum", "multi_krum", "median", "trimmed_mean", "norm_clip"}) {
    CHECK(contains(complaint_of({"collaboration.defence=" + defence}), "defence = \"" + defence + "\" does not fit secure"));
  }
  CHECK(contains(complaint_of({"collaboration.defence=scoring", "consensus.hosts=members", "consensus.validators=3"}),
                 "defence = \"scoring\" does not fit secure"));
  CHECK(contains(complaint_of({"collaboration.algorithm=scaffold"}), "algorithm = \"scaffold\" does not fit secure"));
}

TEST_CASE("members must publish the same coordinates, in float32") {
  CHECK(contains(complaint_of({"sharing.steps=[\"top_k\"]", "sharing.fraction=0.1"}),
                 "chain.0.sharing.steps = \"top_k\" does not fit secure_aggregation.enabled = true: members would publish"));
  CHECK(contains(complaint_of({"sharing.values=float16"}), "sharing.values = \"float16\" does not fit secure"));
}

TEST_CASE("a sum needs two participants at least, secrets have 255 shares at most") {
  CHECK(complaint_of({"collaboration.participants=2"}).empty());
  CHECK(contains(complaint_of({"collaboration.participants=1"}), "participants = 1 does not fit secure"));
  CHECK(contains(complaint_of({"collaboration.sampling=cyclic"}), "participants = 1 does not fit secure"));
  CHECK(contains(complaint_of({"members=[\"clinic-0\"]"}), "participants = 1 does not fit secure"));
  CHECK(complaint_of({"institution.0.count=255"}).empty());
  CHECK(contains(complaint_of({"institution.0.count=256"}), "participants = 256 does not fit secure"));
}

TEST_CASE("without masked updates none of it is asked for") {
  CHECK(complaint_of_chain({"secure_aggregation.enabled=false", "collaboration.defence=median"}).empty());
}

TEST_CASE("a threshold of half or less is no majority") {
  CHECK(contains(complaint_of({"secure_aggregation.threshold=0.5"}), "secure_aggregation.threshold"));
}

}  // namespace
}  // namespace polyclinic
