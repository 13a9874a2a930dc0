#include "sim/wire.hpp"

#include "tests/sim/two_regions.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;
using doctest::Approx;

namespace {

// Waits long enough for everything that is under way.
void wait_for_all() { sg4::this_actor::sleep_for(1000.0); }

}  // namespace

TEST_CASE("calls are made on their dates, of equal dates in the order in which they were asked for") {
  TwoRegions world("exact");
  std::vector<int> order;
  std::vector<double> dates;
  const auto note = [&](int number) {
    return [&, number] {
      order.push_back(number);
      dates.push_back(sg4::Engine::get_clock());
    };
  };
  world.agenda.at(2.0, note(2));
  world.agenda.at(1.0, note(1));
  world.agenda.at(2.0, note(3));
  world.agenda.at(2.0, [&] { world.agenda.at(1.0, note(4)); });  // a date that is past is now
  world.seconds(wait_for_all);
  CHECK(order == std::vector{1, 2, 3, 4});
  CHECK(dates == std::vector{1.0, 2.0, 2.0, 2.0});
  CHECK(world.agenda.calls() == 5);
}

TEST_CASE("what a call throws ends the simulation as an actor's failure does") {
  TwoRegions world("exact");
  bool called = false;
  world.agenda.at(1.0, [] { throw std::runtime_error("as the test wants"); });
  world.agenda.at(2.0, [&] { called = true; });
  CHECK(world.seconds(wait_for_all) == Approx(1.0));
  CHECK_FALSE(called);
  CHECK_THROWS_WITH(world.stage.rethrow_failure(), "as the test wants");
}

TEST_CASE("an agenda that is cleared keeps nobody waiting") {
  TwoRegions world("exact");
  bool called = false;
  world.agenda.at(500.0, [&] { called = true; });
  CHECK(world.seconds([&] { world.agenda.clear(); }) == 0.0);
  CHECK_FALSE(called);
}

// 30 ms apart; 12.5 MB/s upwards.
TEST_CASE("a flow and a dated delivery take latency plus bytes over bandwidth") {
  TwoRegions world("exact");
  double small_s = 0.0, large_s = 0.0;
  world.wire.send(world.hosts[0], world.hosts[1], 1000, [&] { small_s = sg4::Engine::get_clock(); });
  world.wire.send(world.hosts[0], world.hosts[1], 1'250'000, [&] { large_s = sg4::Engine::get_clock(); });
  world.seconds(wait_for_all);
  CHECK(small_s == Approx(0.03 + 1000 / 12.5e6).epsilon(1e-9));
  CHECK(large_s == Approx(0.03 + 0.1).epsilon(1e-6));
  CHECK(world.wire.flows() == 1);
}

TEST_CASE("flows contend for the uplink they share") {
  TwoRegions world("exact");
  std::vector<double> dates;
  const auto note = [&] { dates.push_back(sg4::Engine::get_clock()); };
  world.wire.send(world.hosts[0], world.hosts[1], 1'250'000, note);
  world.wire.send(world.hosts[0], world.hosts[2], 1'250'000, note);
  world.seconds(wait_for_all);
  REQUIRE(dates.size() == 2);
  CHECK(dates[1] == Approx(0.03 + 2 * 0.1).epsilon(0.06));  // each alone would take 0.1 s
  CHECK(dates[0] > 0.15);
}

// The first travels alone; the two that wait for it go together: 2.5 MB after its 1.25 MB.
TEST_CASE("what is sent while a connection is busy travels together") {
  TwoRegions world("exact");
  std::vector<double> dates;
  const auto note = [&] { dates.push_back(sg4::Engine::get_clock()); };
  const auto send = [&] { world.wire.send(world.hosts[0], world.hosts[1], 1'250'000, note); };
  send();
  world.agenda.at(0.05, send);
  world.agenda.at(0.06, send);
  world.seconds(wait_for_all);
  REQUIRE(dates.size() == 3);
  CHECK(dates[0] == Approx(0.13).epsilon(1e-6));
  CHECK(dates[1] == Approx(0.13 + 0.03 + 0.2).epsilon(1e-6));
  CHECK(dates[2] == dates[1]);
  CHECK(world.wire.flows() == 2);
}

TEST_CASE("nothing takes time from a host to itself") {
  TwoRegions world("exact");
  double arrived_s = -1.0;
  world.wire.send(world.hosts[0], world.hosts[0], 1'000'000, [&] { arrived_s = sg4::Engine::get_clock(); });
  world.seconds(wait_for_all);
  CHECK(arrived_s == 0.0);
}
