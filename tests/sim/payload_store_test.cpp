// Who holds an off-chain payload, and what a member does that reaches no holder.
#include "sim/payload_store.hpp"

#include <cmath>
#include <set>

#include "sim/cost_model.hpp"
#include "tests/sim/recorded.hpp"
#include "tests/sim/small_world.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;
using doctest::Approx;

namespace {

// Everybody reaches everybody but those that are down.
class Reach : public Reachability {
 public:
  std::set<InstitutionId> down;

  [[nodiscard]] bool is_up(const Party& party) const override { return !down.contains(party.institution()); }
  [[nodiscard]] bool connects(const Party& from, const Party& to) const override { return is_up(from) && is_up(to); }
  [[nodiscard]] bool loses(ChainId) override { return false; }
  [[nodiscard]] bool will_change() const override { return false; }
};

const std::vector<InstitutionId> members{InstitutionId{2}, InstitutionId{5}, InstitutionId{7}};
const UpdateName name{InstitutionId{5}, 3, 0};

constexpr double uplink_bytes_per_s = 1e6;
constexpr double down_s = 5.0, back_s = 65.0;

// Hospital 0 is down when the others hear that its update is final.
Scenario author_down(std::int64_t replicas) {
  Scenario scenario = fast_scenario(3, 1);
  scenario.chains[0].consensus.payload = "off_chain";
  scenario.chains[0].consensus.replicas = replicas;
  scenario.faults = {of_hospital(fault("crash", down_s, back_s - down_s), 0)};
  return scenario;
}

}  // namespace

TEST_CASE("the next members in turn keep copies") {
  const Reach reach;
  CHECK(PayloadStore(members, 0, reach).replicas_of(InstitutionId{5}).empty());
  CHECK((PayloadStore(members, 1, reach).replicas_of(InstitutionId{7}) == std::vector{InstitutionId{2}}));
  CHECK((PayloadStore(members, 2, reach).replicas_of(InstitutionId{5}) == std::vector{InstitutionId{7}, InstitutionId{2}}));
}

TEST_CASE("a payload comes from its author, from whoever else is in reach, or from nobody") {
  Reach reach;
  PayloadStore store(members, 1, reach);
  CHECK_FALSE(store.holder_for(name, InstitutionId{2}));
  store.add(name, InstitutionId{5});
  store.add(name, InstitutionId{7});
  CHECK((store.holder_for(name, InstitutionId{2}) == InstitutionId{5}));
  CHECK((store.holder_for(name, InstitutionId{7}) == InstitutionId{7}));  // has it itself
  reach.down.insert(InstitutionId{5});
  CHECK((store.holder_for(name, InstitutionId{2}) == InstitutionId{7}));
  reach.down.insert(InstitutionId{7});
  CHECK_FALSE(store.holder_for(name, InstitutionId{2}));
}

// Hospital 2 has a copy of hospital 1's payload itself, and gets hospital 0's from hospital 1.
TEST_CASE("while an author is down its payload comes from a replica") {
  const ResultData data = simulate(author_down(1));
  CHECK(events(data, "payload unavailable").empty());
  const double request_s = 0.5 + static_cast<double>(cost::request_bytes) / uplink_bytes_per_s;
  const ActivityRow fetched = activities(data, "receive", 2).at(0);
  CHECK(fetched.end_s < back_s);
  CHECK(duration_s(fetched) == Approx(request_s + 0.5 + update_bytes(data) / uplink_bytes_per_s).epsilon(1e-6));
  CHECK(rounds_of(data).size() == 4);
  CHECK(unaccounted(data) == "");
}

// It asks again every 10 s.
TEST_CASE("a member that reaches no holder says so, waits, and goes on when the author is back") {
  const ResultData data = simulate(author_down(0));
  const std::vector<EventRow> missed = events(data, "payload unavailable");
  REQUIRE(missed.size() == 2);
  CHECK(summary_of(data).payloads_unavailable == 2);
  const double bytes = update_bytes(data);
  const double request_s = 0.5 + static_cast<double>(cost::request_bytes) / uplink_bytes_per_s;
  for (const EventRow& event : missed) {
    CHECK(event.sim_time_s < 15.0);
    CHECK(event.cause == "no holder in reach");
    CHECK(event.consequence == "waits for it");
    const double asked_s =
        event.sim_time_s + cost::reconnection_s * std::ceil((back_s - event.sim_time_s) / cost::reconnection_s);
    const ActivityRow fetched = activities(data, "receive", event.institution).at(0);
    CHECK(fetched.end_s > asked_s + request_s + 0.5 + bytes / uplink_bytes_per_s - 1e-6);
    CHECK(fetched.end_s < asked_s + request_s + 0.5 + 2.0 * bytes / uplink_bytes_per_s + 1e-6);  // the other asks as well
  }
  CHECK(rounds_of(data).size() == 4);
  CHECK(rounds_of(data).at(2).participants == 3);
  CHECK(unaccounted(data) == "");
}
