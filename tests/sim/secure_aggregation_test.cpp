// Masked updates on the simulated timeline: phases by hand, real bytes in blocks, and members that drop out on the way.
#include <algorithm>

#include "core/record/rows.hpp"
#include "tests/sim/recorded.hpp"
#include "tests/sim/small_world.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;
using doctest::Approx;

namespace {

constexpr std::int64_t hospitals = 6;
constexpr std::int64_t header = 180, transaction = 197;               // bytes
constexpr std::int64_t words = 2 * 16 * 16 + 2 + 1;                   // of logistic regression on 16 x 16 pixels; and the samples
constexpr std::int64_t masked_update_size = 32 + 8 * words;

// Six hospitals, a quorum of ceil(0.6 * 6) = 4, blocks every 10 s; phases wait 20 s for who is late.
Scenario masked_scenario(std::int64_t validators = 1) {
  Scenario scenario = fast_scenario(hospitals, validators);
  scenario.chains[0].secure_aggregation = {.enabled = true, .threshold = 0.6, .fraction_bits = 20, .phase_s = 20.0};
  scenario.record.ledger = "full";
  return scenario;
}

void check_rounds(const ResultData& data, const std::vector<double>& times_s, const std::vector<std::int64_t>& participants) {
  const std::vector<RoundRow> rounds = rounds_of(data);
  REQUIRE(rounds.size() == 4);
  for (std::size_t r = 0; r < rounds.size(); ++r) {
    CAPTURE(r);
    CHECK(rounds[r].sim_time_s == Approx(times_s[r]).epsilon(1e-3));
    CHECK(rounds[r].participants == participants[r]);
  }
}

}  // namespace

// Keys, shares, updates and unmaskings take a block each.
TEST_CASE("with everybody there a round of masked updates takes four blocks, whose bytes are those of its statements") {
  const ResultData data = simulate(masked_scenario());
  check_rounds(data, {0, 40, 80, 120}, {0, 6, 6, 6});
  const std::vector<BlockRow> blocks = final_blocks(data);
  REQUIRE(blocks.size() == 12);
  const std::vector<std::int64_t> payloads{64, 5 * (4 + 80), masked_update_size, 6 * (4 + 1 + 32)};
  for (std::size_t i = 0; i < 4; ++i) {
    CAPTURE(i);
    CHECK(blocks[i].transactions == hospitals);
    CHECK(blocks[i].bytes == header + hospitals * (transaction + payloads[i]));
  }
  for (const EgressRow& row : rows<EgressRow>(data, "/egress")) {
    CHECK(row.observers == "sum only");
    CHECK(row.bytes == masked_update_size);
  }
  CHECK(rounds_of(data)[1].published_bytes == hospitals * masked_update_size);
  CHECK(unaccounted(data) == "");
}

// Hospital 5 has shared its secrets in the block at 20 s and is down from 20.1 s on. Five updates are in the block at 30 s, the
// phase waits for the sixth until 50 s, unmaskings are in the next block. Then each phase of keys waits 20 s for it.
TEST_CASE("a hospital that crashes after it shared its secrets leaves a sum of the others") {
  Scenario scenario = masked_scenario();
  scenario.faults = {of_hospital(fault("crash", 20.1, 0.0), 5)};
  const ResultData data = simulate(scenario);
  check_rounds(data, {0, 60, 120, 180}, {0, 5, 5, 5});
}

// Hospital 2 is gone before it shares (the phase waits for it from 20 s to 40 s), hospital 5 after its update is final: it counts,
// and the other four unmask.
TEST_CASE("two of six hospitals drop out in different phases, one of them after its update counts") {
  Scenario scenario = masked_scenario();
  scenario.faults = {of_hospital(fault("crash", 10.1, 0.0), 2), of_hospital(fault("crash", 50.1, 0.0), 5)};
  const ResultData data = simulate(scenario);
  CHECK(rounds_of(data).at(1).sim_time_s == Approx(60).epsilon(1e-3));
  CHECK(rounds_of(data).at(1).participants == 5);
  CHECK(rounds_of(data).at(3).participants == 4);
}

// 43 s for an update at 100 B/s: sent at 20.5 s, it comes after its phase was over at 50 s, and the round's sum was open at 60 s.
TEST_CASE("an update that comes after the recovery is on the chain, refused, and in no sum") {
  Scenario scenario = masked_scenario();
  scenario.groups[0].uplink_bytes_per_s.values = {1e6, 1e6, 1e6, 1e6, 1e6, 100.0};
  const ResultData data = simulate(scenario);
  CHECK(rounds_of(data)[1].sim_time_s == Approx(60).epsilon(1e-3));
  for (const RoundRow& row : rounds_of(data)) CHECK(row.participants == (row.round == 0 ? 0 : 5));
  const std::vector<EventRow> rejected = events(data, "rejected update");
  REQUIRE(!rejected.empty());
  for (const EventRow& event : rejected) {
    CHECK(event.cause == "round_closed");
    CHECK(event.institution == 5);
  }
}

TEST_CASE("a hospital that is back in time takes its part up where it was") {
  Scenario scenario = masked_scenario();
  scenario.faults = {of_hospital(fault("crash", 20.1, 5.0), 5), of_hospital(fault("crash", 0.2, 5.0), 1)};
  const ResultData data = simulate(scenario);
  check_rounds(data, {0, 40, 80, 120}, {0, 6, 6, 6});
}

TEST_CASE("with fewer than the quorum left no round closes, and the run says that it has stalled") {
  Scenario scenario = masked_scenario();
  scenario.network.patience_s = 300.0;
  for (const std::int64_t hospital : {0, 1, 2}) scenario.faults.push_back(of_hospital(fault("crash", 20.1, 0.0), hospital));
  const Outcome outcome = outcome_of(scenario);
  CHECK(outcome.failure.find("has stalled") != std::string::npos);
  CHECK(rounds_of(outcome.data).size() == 1);
}

TEST_CASE("voting validators, off-chain payloads and partial participation carry masked updates too") {
  Scenario scenario = masked_scenario(4);
  scenario.chains[0].consensus.kind = "pbft";
  scenario.chains[0].consensus.payload = "off_chain";
  scenario.chains[0].collaboration.participants = 4;
  scenario.faults = {of_hospital(fault("crash", 35.0, 30.0), 5)};
  const ResultData data = simulate(scenario);
  REQUIRE(rounds_of(data).size() == 4);
}
