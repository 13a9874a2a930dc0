// What makes a model in each mode, on the simulated timeline: versions, staleness and neighbours by hand.
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/allclose.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/collaboration/chain_learning.hpp"
#include "tests/sim/recorded.hpp"
#include "tests/sim/small_world.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;
using doctest::Approx;

namespace {

constexpr double latency_s = 0.251;  // between a hospital and a validator
constexpr double uplink_bytes_per_s = 1e6;

// The staleness of a version's updates, sorted. The last version's rows name every member, those without an update by 0 bytes.
std::vector<std::int64_t> staleness(const ResultData& data, std::int64_t version) {
  std::vector<std::int64_t> found;
  for (const MemberRow& row : rows<MemberRow>(data, "/chains/small/members")) {
    if (row.round == version && row.bytes > 0) found.push_back(row.staleness);
  }
  std::ranges::sort(found);
  return found;
}

Scenario asynchronous(double slow_uplink_bytes_per_s, std::int64_t versions) {
  Scenario scenario = fast_scenario(2, 1);
  scenario.groups[0].uplink_bytes_per_s.values = {uplink_bytes_per_s, slow_uplink_bytes_per_s};
  scenario.chains[0].collaboration.mode = "asynchronous";
  scenario.chains[0].rounds = versions;
  return scenario;
}

using Staleness = std::vector<std::int64_t>;

}  // namespace

// Blocks at 10 s, 20 s, ...: hospital 0 has an update in each. At 64 B/s that of hospital 1 takes 35 s: it comes in the block
// at 40 s, behind hospital 0's fourth, so that four versions were made since the one it was trained from. Its second one,
// from version 5, is under way when the block at 50 s makes the last version: it comes in a block, and counts no more.
TEST_CASE("asynchronous: each final update makes a version, a slow member's by as many behind as were made meanwhile") {
  const ResultData data = simulate(asynchronous(64.0, 6));
  const double arrival_s = latency_s + (197.0 + update_bytes(data)) / 64.0;
  REQUIRE(arrival_s > 32.0);
  REQUIRE(arrival_s < 40.0);
  const std::vector<RoundRow> versions = rounds_of(data);
  REQUIRE(versions.size() == 7);
  const std::vector<double> times_s{0.0, 10.0, 20.0, 30.0, 40.0, 40.0, 50.0};
  const std::vector<std::int64_t> behind{0, 0, 0, 0, 0, 4, 0};
  for (std::size_t version = 1; version < versions.size(); ++version) {
    CAPTURE(version);
    CHECK(versions[version].participants == 1);
    CHECK(versions[version].sim_time_s == Approx(times_s[version]).epsilon(1e-3));
    CHECK(staleness(data, static_cast<std::int64_t>(version)) == Staleness{behind[version]});
  }
  CHECK(unaccounted(data) == "");
  CHECK(summary_of(data).updates_published == 7);
  const std::vector<EventRow> rejected = events(data, "rejected update");
  REQUIRE(rejected.size() == 1);
  CHECK(rejected[0].cause == "round_closed");
  CHECK(rejected[0].institution == 1);
}

// At 12.5 B/s it takes 180 s: nineteen of the other's lie before it.
TEST_CASE("asynchronous: a very stale update counts too") {
  const ResultData data = simulate(asynchronous(12.5, 21));
  const double arrival_s = latency_s + (197.0 + update_bytes(data)) / 12.5;
  const auto before = static_cast<std::int64_t>(std::ceil(arrival_s / 10.0));
  CHECK(before == 19);
  CHECK(staleness(data, before + 1) == Staleness{before});
  CHECK(rounds_of(data).size() == 22);
  CHECK(unaccounted(data) == "");
}

TEST_CASE("asynchronous: what is staler than allowed is refused, and accounted for") {
  Scenario scenario = asynchronous(64.0, 6);
  scenario.chains[0].collaboration.max_staleness = 3;
  const ResultData data = simulate(scenario);
  for (std::int64_t version = 1; version <= 6; ++version) CHECK(staleness(data, version) == Staleness{0});
  const std::vector<EventRow> refused = events(data, "rejected update");
  REQUIRE(refused.size() == 2);  // its second one comes when all is over
  CHECK(refused[0].cause == "too_stale");
  CHECK(refused[0].institution == 1);
  CHECK(unaccounted(data) == "");
}

// Three hospitals, each with an update in every block, two to a version. Block 1 holds three from version 0: version 1, and one
// left over. Block 2, from version 1: with the one left over, which is one behind, version 2; with the other two, which are one
// behind by then, version 3. Block 3 is like block 1, block 4 like block 2.
TEST_CASE("buffered: every two updates make a version") {
  Scenario scenario = fast_scenario(3, 1);
  scenario.chains[0].collaboration.mode = "buffered";
  scenario.chains[0].collaboration.buffer = 2;
  scenario.chains[0].rounds = 6;
  const ResultData data = simulate(scenario);
  const std::vector<RoundRow> versions = rounds_of(data);
  REQUIRE(versions.size() == 7);
  const std::vector<double> times_s{0.0, 10.0, 20.0, 20.0, 30.0, 40.0, 40.0};
  const std::vector<Staleness> expected{{}, {0, 0}, {0, 1}, {1, 1}, {0, 0}, {0, 1}, {1, 1}};
  for (std::size_t version = 1; version < versions.size(); ++version) {
    CAPTURE(version);
    CHECK(versions[version].participants == 2);
    CHECK(versions[version].sim_time_s == Approx(times_s[version]).epsilon(1e-3));
    CHECK(staleness(data, static_cast<std::int64_t>(version)) == expected[version]);
  }
  CHECK(unaccounted(data) == "");
  CHECK(summary_of(data).updates_included == 12);
}

// Each of four reads what its two neighbours published, at once from either: an uplink is shared by two readers.
TEST_CASE("gossip: on a ring each has the mean of itself and its neighbours, and fetches from nobody else") {
  Scenario scenario = fast_scenario(4, 1);
  scenario.chains[0].collaboration.mode = "gossip";
  scenario.chains[0].consensus.payload = "off_chain";
  scenario.chains[0].rounds = 1;
  std::vector<at::Tensor> models;
  const Outcome outcome = outcome_of(scenario, [&](const Simulation& simulation) {
    const ChainLearning& learning = simulation.chain(ChainId{0}).learning();
    for (const InstitutionId member : learning.plan().members) models.push_back(learning.personal_model(member, 1).flat());
  });
  REQUIRE(outcome.failure == "");
  Pool pool(1);
  ChainLearning alone(plan_chain(scenario, ChainId{0}, {}), pool, {});
  std::vector<at::Tensor> trained;
  for (const InstitutionId member : alone.plan().members) {
    trained.push_back(alone.plan().initial.flat() + alone.start_training(member, 0).get().displacement);
  }
  REQUIRE(models.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(at::allclose(models[i], (trained[(i + 3) % 4] + trained[i] + trained[(i + 1) % 4]) / 3, 0, 2e-7));
    CHECK_FALSE(at::allclose(models[i], models[(i + 1) % 4], 0, 1e-7));
  }
  const double request_s = latency_s + 48.0 / uplink_bytes_per_s;  // to the validator; 0.5 s to another hospital
  CHECK(request_s < 0.5);
  const double bytes = update_bytes(outcome.data);
  const ActivityRow fetched = activities(outcome.data, "receive", 2).at(0);
  CHECK(duration_s(fetched) ==
        Approx(0.5 + 48.0 / uplink_bytes_per_s + 0.5 + 2.0 * bytes / uplink_bytes_per_s).epsilon(1e-6));
  CHECK(unaccounted(outcome.data) == "");
}

// A block holds 1200 bytes: 180 of header, 197 of transaction, and up to 823 of a payload of some 2060.
TEST_CASE("a split payload arrives in as many blocks as it has parts, and the round closes with the last") {
  Scenario scenario = fast_scenario(1, 1);
  scenario.chains[0].consensus.payload = "split";
  scenario.chains[0].consensus.max_block_bytes = 1200;
  const ResultData data = simulate(scenario);
  CHECK(std::ceil(update_bytes(data) / 823.0) == 3.0);
  const std::vector<RoundRow> rounds = rounds_of(data);
  REQUIRE(rounds.size() == 4);
  for (const RoundRow& row : rounds) {
    CHECK(row.block_height == 3 * row.round);
    CHECK(row.sim_time_s == Approx(30.0 * static_cast<double>(row.round)).epsilon(1e-3));
  }
  for (const BlockRow& block : final_blocks(data)) CHECK(block.transactions == 1);
  CHECK(unaccounted(data) == "");
  CHECK(summary_of(data).updates_included == 3);
}
