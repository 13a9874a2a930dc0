#include "tests/core/scenario/fixture.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

using testing::complaint_of_chain;
using testing::contains;

// What is said of the base scenario's chain (three members) with these keys of [chain.collaboration].
std::string complaint_of(std::vector<std::string> settings, const std::vector<std::string>& of_chain = {}) {
  for (std::string& setting : settings) setting.insert(0, "collaboration.");
  settings.insert(settings.end(), of_chain.begin(), of_chain.end());
  return complaint_of_chain(settings);
}

TEST_CASE("rounds: no more participants than members, no more updates than participants") {
  CHECK(contains(complaint_of({"participants=4"}),
                 "chain.0.collaboration.participants = 4 is more than the chain's 3 members"));
  CHECK(complaint_of({"participants=3"}).empty());
  CHECK(contains(complaint_of({"participants=2"}, {"members=[\"clinic-1\"]"}), "the chain's 1 members"));
  CHECK(contains(complaint_of({"participants=2", "min_updates=3"}),
                 "chain.0.collaboration.min_updates = 3 is more than the 2 participants of a round"));
  CHECK(contains(complaint_of({"min_updates=4"}), "more than the 3 participants"));
  CHECK(contains(complaint_of({"min_updates=2"}), "needs collaboration.deadline_s above 0"));
  CHECK(complaint_of({"min_updates=2", "deadline_s=9"}).empty());
  CHECK(complaint_of({"min_updates=3"}).empty());
  CHECK(contains(complaint_of({"deadline_s=9"}), "deadline_s = 9 closes a round with collaboration.min_updates"));
}

TEST_CASE("the cyclic order has one participant a round") {
  CHECK(complaint_of({"sampling=cyclic"}).empty());
  CHECK(complaint_of({"sampling=cyclic", "participants=1"}).empty());
  CHECK(contains(complaint_of({"sampling=cyclic", "participants=2"}), "must be 0 or 1"));
  CHECK(contains(complaint_of({"sampling=cyclic", "min_updates=2"}), "the 1 participants"));
}

TEST_CASE("staleness where nothing can be stale") {
  CHECK(contains(complaint_of({"staleness=hinge"}), "collaboration.staleness = \"hinge\" needs collaboration.mode"));
  CHECK(contains(complaint_of({"max_staleness=3", "mode=gossip"}, {"consensus.payload=off_chain"}), "max_staleness = 3 needs"));
  CHECK(complaint_of({"staleness=hinge", "max_staleness=3", "mode=asynchronous"}).empty());
  CHECK(complaint_of({"staleness=polynomial", "mode=buffered", "buffer=2"}).empty());
}

TEST_CASE("chains without rounds have nobody to draw, no quorum and no deadline") {
  for (const std::string mode : {"mode=asynchronous", "mode=buffered"}) {
    CHECK(complaint_of({mode, "buffer=3"}).empty());
    CHECK(contains(complaint_of({mode, "buffer=3", "participants=2"}), "participants = 2 does not fit collaboration.mode"));
    CHECK(contains(complaint_of({mode, "buffer=3", "sampling=cyclic"}), "sampling = \"cyclic\" does not fit"));
    CHECK(contains(complaint_of({mode, "buffer=3", "min_updates=3"}), "min_updates = 3 does not fit"));
    CHECK(contains(complaint_of({mode, "buffer=3", "deadline_s=9"}), "deadline_s = 9 does not fit"));
    CHECK(contains(complaint_of({mode, "buffer=3", "algorithm=scaffold"}), "algorithm = \"scaffold\" does not fit"));
  }
}

TEST_CASE("a buffer is no larger than the membership") {
  CHECK(contains(complaint_of({"mode=buffered", "buffer=4"}), "buffer = 4 is more than the chain's 3 members"));
  CHECK(contains(complaint_of({"mode=buffered"}), "buffer = 4 is more than"));  // the default
  CHECK(complaint_of({"mode=asynchronous"}).empty());                            // reads no buffer
}

TEST_CASE("neighbours exchange off the chain, all of them, without a server") {
  const std::vector<std::string> off_chain = {"consensus.payload=off_chain"};
  CHECK(complaint_of({"mode=gossip"}, off_chain).empty());
  CHECK(complaint_of({"mode=gossip", "algorithm=fedprox", "mu=0.1"}, off_chain).empty());
  CHECK(complaint_of({"mode=gossip", "min_updates=2", "deadline_s=60"}, off_chain).empty());
  CHECK(contains(complaint_of({"mode=gossip"}), "consensus.payload = \"on_chain\" does not fit collaboration.mode"));
  CHECK(contains(complaint_of({"mode=gossip", "algorithm=scaffold"}, off_chain), "needs \"fedavg\", \"fedprox\" or \"fedrep\""));
  CHECK(contains(complaint_of({"mode=gossip", "server=adam"}, off_chain), "server = \"adam\" does not fit"));
  CHECK(contains(complaint_of({"mode=gossip", "participants=2"}, off_chain), "participants = 2 does not fit"));
  CHECK(contains(complaint_of({"mode=gossip", "sampling=cyclic"}, off_chain), "sampling = \"cyclic\" does not fit"));
  CHECK(contains(complaint_of({"mode=gossip", "sync=snapshot"}, off_chain), "there is no common model"));
  CHECK(contains(complaint_of({"mode=gossip", "defence=median"}, off_chain), "defence = \"median\" does not fit"));
  CHECK(contains(complaint_of({"mode=gossip"}, {"consensus.payload=off_chain", "members=[\"clinic-0\"]"}), "at least 2 members"));
}

TEST_CASE("a topology's degree: below the members, even where edges need it, and enough to connect them") {
  const auto with = [](const std::string& topology, const std::string& degree, const std::string& members) {
    return complaint_of({"mode=gossip", "topology=" + topology, "degree=" + degree},
                        {"consensus.payload=off_chain", "members=[" + members + "]"});
  };
  const std::string two = "\"clinic-0\",\"clinic-1\"", three = "\"clinic\"";
  CHECK(contains(with("random_regular", "3", three), "degree = 3 must be below the chain's 3 members"));
  CHECK(contains(with("random_regular", "1", three), "must be at least 2"));
  CHECK(with("random_regular", "2", three).empty());
  CHECK(with("random_regular", "1", two).empty());
  CHECK(contains(with("small_world", "1", two), "must be even"));
  CHECK(with("small_world", "2", three).empty());
  CHECK(with("ring", "4", three).empty());  // a ring reads no degree
  const std::string five = "schema=1\nname=\"n\"\n[[institution]]\nname=\"i\"\ncount=5\n[[chain]]\nname=\"c\"\n"
                           "consensus.payload=\"off_chain\"\n[chain.collaboration]\nmode=\"gossip\"\ntopology=\"random_regular\"\ndegree=3\n";
  CHECK(contains(testing::complaint(five), "degree = 3 must be even with 5 members: each edge has two ends"));
}

TEST_CASE("scoring needs validators with data, and rounds") {
  const std::vector<std::string> hosted = {"consensus.hosts=members", "consensus.validators=3"};
  CHECK(complaint_of({"defence=scoring"}, hosted).empty());
  CHECK(contains(complaint_of({"defence=scoring"}), "defence = \"scoring\" needs consensus.hosts = \"members\""));
  CHECK(contains(complaint_of({"defence=scoring", "mode=asynchronous"}, hosted), "not \"asynchronous\""));
}

TEST_CASE("what is on the chain is always available") {
  CHECK(contains(complaint_of({"unavailable=skip"}), "needs consensus.payload = \"off_chain\""));
}

TEST_CASE("what nobody vouches for is left out only by rounds that end without it, where somebody keeps copies") {
  const std::vector<std::string> kept = {"consensus.payload=off_chain", "consensus.replicas=1"};
  CHECK(contains(complaint_of({"unavailable=skip", "min_updates=2", "deadline_s=9"}, {"consensus.payload=off_chain"}),
                 "collaboration.unavailable = \"skip\" needs consensus.replicas of at least 1"));
  for (const std::string mode : {"mode=synchronous", "mode=gossip"}) {
    CHECK(complaint_of({"unavailable=skip", mode, "min_updates=2", "deadline_s=9"}, kept).empty());
    CHECK(contains(complaint_of({"unavailable=skip", mode}, kept), "needs collaboration.deadline_s and collaboration.min_updates"));
    CHECK(contains(complaint_of({"unavailable=skip", mode, "min_updates=3"}, kept), "leaves nothing out"));
  }
  CHECK(complaint_of({"unavailable=skip", "mode=asynchronous"}, kept).empty());
}

TEST_CASE("scaffold needs plain steps and exact numbers") {
  CHECK(contains(complaint_of({"algorithm=scaffold"}, {"training.optimizer=adam"}), "training.optimizer = \"adam\" does not fit"));
  CHECK(contains(complaint_of({"algorithm=scaffold"}, {"sharing.values=float16"}), "sharing.values = \"float16\" does not fit"));
  CHECK(complaint_of({"algorithm=scaffold"}).empty());
}

}  // namespace
}  // namespace polyclinic
