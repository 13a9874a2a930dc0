// Simulated times against closed forms: every expected value is computed here from the scenario and the cost model.
#include "sim/simulation.hpp"

#include <algorithm>
#include <cmath>

#include "core/record/rows.hpp"
#include "sim/cost_model.hpp"
#include "tests/sim/small_world.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;
using doctest::Approx;

namespace {

constexpr std::uint64_t inputs = 256, outputs = 2;  // 16 x 16 pixels, two classes
constexpr std::uint64_t parameters = inputs * outputs + outputs;
constexpr std::uint64_t forward_flops = 2 * inputs * outputs + outputs;  // multiply, add, and the bias

std::vector<ActivityRow> activities(const ResultData& data, const std::string& kind, std::int64_t institution) {
  std::vector<ActivityRow> found;
  for (const ActivityRow& row : rows<ActivityRow>(data, "/timeline")) {
    if (row.activity == kind && row.institution == institution) found.push_back(row);
  }
  return found;
}

double duration_s(const ActivityRow& row) { return row.end_s - row.start_s; }

std::uint64_t update_bytes(const ResultData& data) {
  return static_cast<std::uint64_t>(rows<EgressRow>(data, "/egress").front().bytes);
}

// 40 rows, a tenth each for validation and test, shared between two.
constexpr std::int64_t own_train_rows = 16;

}  // namespace

TEST_CASE("training takes three forward passes a sample at the institution's speed") {
  const ResultData data = simulate(small_scenario());
  const double expected_s = 3.0 * static_cast<double>(forward_flops) * own_train_rows / 1e6;
  for (const ActivityRow& row : activities(data, "train", 0)) CHECK(duration_s(row) == Approx(expected_s).epsilon(1e-9));
}

TEST_CASE("a step of DP-SGD takes five forward passes for each sample that is to be expected in it") {
  Scenario scenario = small_scenario();
  TrainingConfig& training = scenario.chains.front().training;
  training.batch_size = 5;  // an epoch of 16 rows is 4 steps
  training.sample_clip_norm = training.noise_multiplier = 1.0;
  const double expected_s = 5.0 * static_cast<double>(forward_flops) * (4 * 5) / 1e6;
  const ResultData data = simulate(scenario);
  for (const ActivityRow& row : activities(data, "train", 0)) CHECK(duration_s(row) == Approx(expected_s).epsilon(1e-9));
}

TEST_CASE("an update travels in latency plus bytes over the narrowest link, after hashing and signing") {
  Scenario scenario = small_scenario();
  scenario.groups[0].count = 1;
  const ResultData data = simulate(scenario);
  const double bytes = static_cast<double>(update_bytes(data));
  CHECK(bytes >= 4.0 * parameters);
  const double work_s = (cost::hashing_flops(update_bytes(data)) + cost::signing_flops(1)) / 1e6;
  const double travel_s = 0.25 + scenario.network.validator_latency_s + (197.0 + bytes) / 1e6;
  for (const ActivityRow& row : activities(data, "send", 0)) {
    CHECK(duration_s(row) == Approx(work_s + travel_s).epsilon(1e-9));
  }
}

TEST_CASE("with one validator a round closes in the first slot after its updates are in") {
  const ResultData data = simulate(small_scenario());
  double work_s = 0.0;
  for (const ActivityRow& row : rows<ActivityRow>(data, "/timeline")) {
    if (row.round == 1 && row.activity == "send") work_s = std::max(work_s, row.end_s);
  }
  const std::vector<RoundRow> rounds = rows<RoundRow>(data, "/chains/small/rounds");
  REQUIRE(rounds.size() == 4);
  CHECK(rounds[0].sim_time_s == 0.0);
  const double slot_s = 10.0 * std::ceil(work_s / 10.0);
  CHECK(rounds[1].sim_time_s >= slot_s);
  CHECK(rounds[1].sim_time_s < slot_s + 0.01);  // the validator signs and hashes the block
  const std::vector<BlockRow> blocks = rows<BlockRow>(data, "/chains/small/blocks");
  CHECK(blocks.front().proposed_s == slot_s);
}

TEST_CASE("two updates that share the validator's link each get half of it") {
  Scenario scenario = small_scenario();
  scenario.network.validator_bytes_per_s = 1e3;    // narrower than both uplinks
  scenario.groups[0].flops_per_s.values = {1e15};  // computing takes no time worth counting
  const ResultData data = simulate(scenario);
  const double bytes = 197.0 + static_cast<double>(update_bytes(data));
  const double latency_s = 0.25 + scenario.network.validator_latency_s;
  CHECK(duration_s(activities(data, "send", 0).front()) == Approx(latency_s + 2.0 * bytes / 1e3).epsilon(1e-6));
}

TEST_CASE("the rounds are recorded with what was published and what it weighed on the wire") {
  const ResultData data = simulate(small_scenario());
  const std::vector<RoundRow> rounds = rows<RoundRow>(data, "/chains/small/rounds");
  const auto update = static_cast<std::int64_t>(update_bytes(data));
  for (std::size_t r = 1; r < rounds.size(); ++r) {
    CHECK(rounds[r].participants == 2);
    CHECK(rounds[r].published_bytes == 2 * update);
    CHECK(rounds[r].wire_bytes >= 2 * (update + 197));
  }
  CHECK(rows<MemberRow>(data, "/chains/small/members").size() == 6);
  CHECK(rows<EgressRow>(data, "/egress").size() == 6);
}

TEST_CASE("at the deadline a round closes with the quorum, the late update is rejected and training goes on") {
  Scenario scenario = small_scenario();
  scenario.groups[0].flops_per_s.values = {1e9, 100.0};  // the second needs minutes a round
  scenario.chains[0].collaboration.min_updates = 1;
  scenario.chains[0].collaboration.deadline_s = 20.0;
  const ResultData data = simulate(scenario);
  const std::vector<RoundRow> rounds = rows<RoundRow>(data, "/chains/small/rounds");
  REQUIRE(rounds.size() == 4);
  for (std::size_t r = 1; r < rounds.size(); ++r) {
    CHECK(rounds[r].participants == 1);
    CHECK(rounds[r].sim_time_s == Approx(20.0 * static_cast<double>(r)).epsilon(0.01));
  }
}

TEST_CASE(
    "members that were not drawn fetch a snapshot, cyclic ones every update they missed, and all end with the last round") {
  Scenario scenario = small_scenario();
  scenario.groups[0].count = 4;
  scenario.chains[0].data.phantom.train_rows = 80;
  scenario.chains[0].rounds = 6;
  scenario.chains[0].collaboration.sampling = "cyclic";
  scenario.chains.push_back(scenario.chains[0]);
  scenario.chains[1].name = "drawn";
  scenario.chains[1].collaboration.sampling = "uniform";
  scenario.chains[1].collaboration.participants = 2;
  scenario.chains[1].collaboration.sync = "snapshot";
  const ResultData data = simulate(scenario);
  for (const RoundRow& row : rows<RoundRow>(data, "/chains/small/rounds"))
    CHECK(row.participants == (row.round > 0 ? 1 : 0));
  const std::vector<EgressRow> egress = rows<EgressRow>(data, "/egress");
  std::vector<std::int64_t> travelled;
  for (const EgressRow& row : egress) {
    if (row.chain == "small") travelled.push_back(row.institution);
  }
  CHECK(travelled == std::vector<std::int64_t>{0, 1, 2, 3, 0, 1});
  CHECK(rows<RoundRow>(data, "/chains/drawn/rounds").back().participants == 2);
  CHECK(egress.size() == 6 + 12);
}

TEST_CASE("a second simulation in one process is refused") {
  (void)simulate(small_scenario());
  CHECK_THROWS_WITH((void)simulate(small_scenario()), "only one simulation can run in a process");
}

TEST_CASE("a failure inside an actor ends the run with its own message") {
  Scenario scenario = small_scenario();
  scenario.chains[0].training.lr = 1e38;  // diverges
  CHECK_THROWS_AS((void)simulate(scenario), std::exception);
}

TEST_CASE("several chains and a member of both run on one timeline") {
  Scenario scenario = small_scenario();
  scenario.chains.push_back(scenario.chains[0]);
  scenario.chains[1].name = "other";
  scenario.chains[1].members = {"hospital-0"};
  scenario.chains[1].consensus.payload = "off_chain";
  const ResultData data = simulate(scenario);
  CHECK(rows<RoundRow>(data, "/chains/small/rounds").size() == 4);
  CHECK(rows<RoundRow>(data, "/chains/other/rounds").size() == 4);
}
