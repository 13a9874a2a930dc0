// Chains that learn from one another over relays, on the simulated timeline.
#include <ATen/core/Tensor.h>

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

// Chain "source" (hospitals 0 and 1) teaches chain "small" (hospitals 2 and 3), which opens at 60 s; hospitals 4 and 5 are members
// of neither and carry. Blocks every 2 s.
Scenario two_chains(const std::string& source_consensus = "proof_of_authority", std::int64_t validators = 1) {
  Scenario scenario = fast_scenario(6, 1);
  ChainConfig small = scenario.chains[0];
  small.model.kind = "mlp";
  small.model.widths = {6};
  small.initial = "common";
  small.consensus.block_interval_s = 2.0;
  small.data.phantom.train_rows = 40;
  ChainConfig source = small;
  source.name = "source";
  source.rounds = 3;
  source.members = {"hospital-0", "hospital-1"};
  source.consensus.kind = source_consensus;
  source.consensus.validators = validators;
  small.members = {"hospital-2", "hospital-3"};
  small.start_s = 60.0;
  small.rounds = 4;
  AuxiliaryConfig auxiliary;
  auxiliary.source = "source";
  auxiliary.uses = {"warm_start", "blend", "anchor"};
  small.auxiliary = {auxiliary};
  scenario.chains = {source, small};
  RelayConfig relay;
  relay.from = "source";
  relay.to = "small";
  relay.relayers = {"hospital-4", "hospital-5"};
  scenario.relays = {relay};
  return scenario;
}

Scenario with_behaviour(Scenario scenario, const std::string& kind) {
  BehaviourConfig behaviour;
  behaviour.kind = kind;
  behaviour.institutions = {"hospital-4"};
  scenario.behaviours = {behaviour};
  return scenario;
}

std::vector<AuxiliaryRow> arrivals(const ResultData& data) { return rows<AuxiliaryRow>(data, "/chains/small/auxiliary"); }

std::vector<std::string> causes(const ResultData& data) {
  std::vector<std::string> found;
  for (const EventRow& row : events(data, "refused relay")) found.push_back(row.cause);
  return found;
}

}  // namespace

TEST_CASE("relay: objects of the source reach the other chain after they were final there") {
  const ResultData data = simulate(two_chains());
  const std::vector<AuxiliaryRow> rows = arrivals(data);
  REQUIRE_FALSE(rows.empty());
  for (const AuxiliaryRow& row : rows) {
    CHECK(row.source == "source");
    CHECK(row.content == "body");
    CHECK(row.arrived_s > row.published_s);
    CHECK(row.header_bytes >= 180);
    CHECK(row.proof_bytes > 197);
    CHECK(row.payload_bytes > 0);
    CHECK(row.weight == 1.0);
  }
  CHECK(rows.front().round == 0);                  // the chain opened with what had come before
  CHECK(causes(data).empty());
}

TEST_CASE("relay: a source whose validators vote has its headers attested by a quorum") {
  CHECK_FALSE(arrivals(simulate(two_chains("pbft", 4))).empty());
}

TEST_CASE("relay: a majority of a raft source's validators attests") {
  CHECK_FALSE(arrivals(simulate(two_chains("raft", 3))).empty());
}

TEST_CASE("relay: a proof-of-work source's objects need confirmations") {
  Scenario scenario = two_chains("proof_of_work", 3);
  scenario.chains[1].start_s = 120.0;
  CHECK_FALSE(arrivals(simulate(scenario)).empty());
}

TEST_CASE("relay: when one relayer's machine is down the next one stands in") {
  Scenario scenario = two_chains();
  scenario.faults = {of_hospital(fault("crash", 1.0, 0.0), 4)};
  const std::vector<AuxiliaryRow> rows = arrivals(simulate(scenario));
  REQUIRE_FALSE(rows.empty());
  for (const AuxiliaryRow& row : rows) CHECK(row.relayer == "hospital-5");
}

TEST_CASE("relay: what a lying relayer carries is refused by name, and training goes on with what an honest one brings") {
  const std::string kind = "forged_proof";
  const ResultData data = simulate(with_behaviour(two_chains(), kind));
  const std::vector<std::string> refused = causes(data);
  CHECK(std::ranges::find(refused, "wrong_inclusion_proof") != refused.end());
  CHECK(rounds_of(data).size() == 5);
  for (const AuxiliaryRow& row : arrivals(data)) CHECK(row.relayer == "hospital-5");
}

TEST_CASE("relay: headers that a relayer signed itself are refused") {
  const std::vector<std::string> refused = causes(simulate(with_behaviour(two_chains(), "forged_header")));
  CHECK(std::ranges::find(refused, "wrong_block_signature") != refused.end());
}

TEST_CASE("relay: another payload than the transaction promises is refused") {
  const std::vector<std::string> refused = causes(simulate(with_behaviour(two_chains(), "tampered_payload")));
  CHECK(std::ranges::find(refused, "tampered_payload") != refused.end());
}

TEST_CASE("relay: a packet that was applied before is refused") {
  const std::vector<std::string> refused = causes(simulate(with_behaviour(two_chains(), "replayed_object")));
  CHECK(std::ranges::find(refused, "replayed_object") != refused.end());
}

TEST_CASE("relay: the other chain is among the observers of what is published for it") {
  bool found = false;
  for (const EgressRow& row : rows<EgressRow>(simulate(two_chains()), "/egress")) {
    found |= row.chain == "source" && row.observers == "members,validators,chain small";
  }
  CHECK(found);
}
