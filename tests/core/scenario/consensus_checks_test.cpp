#include "tests/core/scenario/fixture.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

using testing::complaint_of_chain;
using testing::contains;

// What is said of the base scenario's chain (four validators) with these keys of [chain.consensus].
std::string complaint_of(std::vector<std::string> settings) {
  for (std::string& setting : settings) setting.insert(0, "consensus.");
  return complaint_of_chain(settings);
}

TEST_CASE("validators: no more on members than there are") {
  CHECK(contains(complaint_of({"hosts=members"}), "consensus.validators = 4 is more than the chain's 3 members"));
  CHECK(complaint_of({"hosts=members", "validators=3"}).empty());
}

TEST_CASE("confirmations: where finality is a matter of confidence, in authority by others than the proposer") {
  CHECK(contains(complaint_of({"confirmations=4"}), "confirmations = 4 must be below consensus.validators = 4"));
  CHECK(complaint_of({"confirmations=3"}).empty());
  CHECK(complaint_of({"validators=1"}).empty());
  CHECK(complaint_of({"kind=proof_of_work", "confirmations=100"}).empty());
  CHECK(contains(complaint_of({"kind=pbft", "confirmations=1"}), "confirmations = 1 needs consensus.kind"));
  CHECK(contains(complaint_of({"kind=raft", "confirmations=1"}), "confirmations = 1 needs consensus.kind"));
}

TEST_CASE("settings of one protocol under another") {
  CHECK(contains(complaint_of({"timeout_s=1"}), "timeout_s = 1 needs consensus.kind = \"pbft\" or \"raft\""));
  CHECK(complaint_of({"timeout_s=1", "kind=raft"}).empty());
  CHECK(contains(complaint_of({"retarget_blocks=10"}), "needs consensus.kind = \"proof_of_work\""));
  CHECK(complaint_of({"retarget_blocks=10", "kind=proof_of_work"}).empty());
  CHECK(complaint_of({"kind=pbft", "validators=3"}).empty());  // tolerates no fault, and may be asked for
}

TEST_CASE("hash shares: for miners, no more than there are, somebody above 0") {
  CHECK(contains(complaint_of({"hash_shares=[1]"}), "hash_shares = a list of 1 needs consensus.kind"));
  CHECK(complaint_of({"hash_shares=[1, 0, 0.5]", "kind=proof_of_work"}).empty());
  CHECK(contains(complaint_of({"hash_shares=[1,1,1,1,1]", "kind=proof_of_work"}), "more entries than there are validators"));
  CHECK(contains(complaint_of({"hash_shares=[0, 0]", "kind=proof_of_work"}), "has no entry above 0"));
}

TEST_CASE("replicas: of payloads off the chain, on other members") {
  CHECK(contains(complaint_of({"replicas=1"}), "replicas = 1 needs consensus.payload = \"off_chain\""));
  CHECK(complaint_of({"replicas=2", "payload=off_chain"}).empty());
  CHECK(contains(complaint_of({"replicas=3", "payload=off_chain"}), "must be below the chain's 3 members"));
}

TEST_CASE("gossip: neighbours are others") {
  CHECK(complaint_of_chain({"gossip.fan_out=3"}).empty());
  CHECK(contains(complaint_of_chain({"gossip.fan_out=4"}), "gossip.fan_out = 4 must be below consensus.validators = 4"));
  CHECK(complaint_of_chain({"consensus.validators=1"}).empty());
  CHECK(contains(complaint_of_chain({"gossip.hubs=5", "gossip.fan_out=2"}), "hubs = 5 is more than"));
  CHECK(contains(complaint_of_chain({"gossip.hubs=2"}), "needs gossip.fan_out above 0"));
  CHECK(contains(complaint_of_chain({"gossip.hub_fan_out=2"}), "needs gossip.hubs above 0"));
  CHECK(contains(complaint_of_chain({"gossip.fan_out=2", "gossip.hubs=1", "gossip.hub_fan_out=4"}), "must be below"));
  CHECK(complaint_of_chain({"gossip.fan_out=2", "gossip.hubs=1", "gossip.hub_fan_out=3"}).empty());
}

TEST_CASE("a chain of load learns nothing, so what it would learn is not looked at") {
  CHECK(complaint_of_chain({"load.blocks=10", "collaboration.participants=9", "training.nesterov=true"}).empty());
  CHECK(contains(complaint_of_chain({"load.blocks=10", "load.block_bytes=1e9"}), "does not fit consensus.max_block_bytes"));
  CHECK(contains(complaint_of_chain({"load.blocks=10", "consensus.payload=off_chain"}), "must be \"on_chain\" on a chain with load"));
  CHECK(contains(complaint_of_chain({"load.blocks=10", "consensus.hosts=members"}), "is more than the chain's 3 members"));
}

}  // namespace
}  // namespace polyclinic
