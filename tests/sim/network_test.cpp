#include "sim/network.hpp"

#include "sim/channel.hpp"
#include "sim/cost_model.hpp"
#include "sim/transfer.hpp"
#include "tests/sim/two_regions.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;
using doctest::Approx;

TEST_CASE("exact: a flow takes latency plus bytes over bandwidth, as a dated delivery does") {
  TwoRegions world("exact");
  const double expected_s = 0.005 + 0.02 + 0.005 + 5e6 / 12.5e6;
  CHECK(world.network.idle_delay_s(world.hosts[0], world.hosts[1], 5'000'000) == Approx(expected_s).epsilon(1e-12));
  CHECK(world.seconds([&] { transfer(world.wire, world.hosts[0], world.hosts[1], 5'000'000); }) ==
        Approx(expected_s).epsilon(1e-6));
}

TEST_CASE("within a region the matrix's diagonal counts") {
  TwoRegions world("exact");
  CHECK(world.network.idle_delay_s(world.hosts[0], world.hosts[2], 1000) ==
        Approx(0.005 + 0.002 + 0.005 + 1000 / 12.5e6).epsilon(1e-12));
}

TEST_CASE("fetching asks all at once and waits for the last answer, small ones by date") {
  TwoRegions world("exact");
  const double request_s = 0.03 + static_cast<double>(cost::request_bytes) / 12.5e6;
  const double answer_s = 0.03 + 500 / 12.5e6;
  Traffic travelled;
  const double seconds = world.seconds([&] {
    travelled = fetch_all(world.wire, world.network, {{world.hosts[1], 500}, {world.hosts[2], 100}, {world.hosts[0], 9}},
                          world.hosts[0]);
  });
  CHECK(seconds == Approx(request_s + answer_s).epsilon(1e-9));
  CHECK(travelled.bytes == 500 + 100 + 2 * cost::request_bytes);
  CHECK(travelled.messages == 4);
}

TEST_CASE("calibrated: a dated delivery agrees with a flow on an idle link") {
  TwoRegions world("calibrated");
  const double dated_s = world.network.idle_delay_s(world.hosts[0], world.hosts[1], 5'000'000);
  CHECK(dated_s == Approx(13.01 * 0.03 + 5e6 / (0.97 * 12.5e6)).epsilon(1e-12));
  CHECK(world.seconds([&] { transfer(world.wire, world.hosts[0], world.hosts[1], 5'000'000); }) ==
        Approx(dated_s).epsilon(1e-3));
}

TEST_CASE("nothing takes time from a host to itself") {
  TwoRegions world("exact");
  CHECK(world.network.idle_delay_s(world.hosts[0], world.hosts[0], 1'000'000) == 0.0);
  CHECK(world.seconds([&] { transfer(world.wire, world.hosts[0], world.hosts[0], 1'000'000); }) == 0.0);
}

TEST_CASE("a channel hands messages over in order of arrival, whatever the order of sending") {
  TwoRegions world("exact");
  Traffic traffic;
  Channel<Announcement> channel(world.wire, traffic, world.hosts[0]);
  std::vector<std::int64_t> received;
  channel.deliver(3.0, {3, false});
  channel.deliver(1.0, {1, false});
  channel.deliver(2.0, {2, false});
  CHECK(world.seconds([&] {
    for (int i = 0; i < 3; ++i) received.push_back(channel.receive().round);
  }) == Approx(3.0));
  CHECK(received == std::vector<std::int64_t>{1, 2, 3});
}

TEST_CASE("a small message arrives on its date and is counted") {
  TwoRegions world("exact");
  Traffic traffic;
  Channel<Announcement> channel(world.wire, traffic, world.hosts[1]);
  world.stage.spawn("receiver", world.hosts[1], [&] { (void)channel.receive(); });
  const double seconds = world.seconds([&] { channel.send(world.hosts[0], {1, false}); });
  CHECK(traffic.bytes == simulated_bytes(Announcement{}));
  CHECK(seconds == Approx(0.03 + static_cast<double>(traffic.bytes) / 12.5e6).epsilon(1e-9));
}

TEST_CASE("a failing actor unwinds the others and its exception comes back") {
  TwoRegions world("exact");
  world.stage.spawn("waits", world.hosts[1], [] { sg4::this_actor::sleep_for(1e6); });
  CHECK(world.seconds([] {
    sg4::this_actor::sleep_for(1.0);
    throw std::runtime_error("as the test wants");
  }) == Approx(1.0));
  CHECK_THROWS_WITH(world.stage.rethrow_failure(), "as the test wants");
}
