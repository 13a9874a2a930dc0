#include <cmath>

#include "core/scenario/institutions.hpp"
#include "tests/core/scenario/fixture.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

using testing::complaint_about;
using testing::contains;
using testing::parse_with;

TEST_CASE("an override replaces what is written, and writes what is not") {
  CHECK(parse_with({"chain.0.training.lr=0.25"}).chains[0].training.lr == 0.25);
  CHECK(parse_with({"chain.0.sharing.fraction=0.1"}).chains[0].sharing.fraction == 0.1);
  CHECK(parse_with({"institution.0.count=4"}).groups[0].count == 4);
  CHECK(parse_with({"chain.0.data.phantom.noise=0.5"}).chains[0].data.phantom.noise == 0.5);
  CHECK(parse_with({"seed=11"}).seed == 11);
}

TEST_CASE("values are TOML, and bare words text") {
  CHECK(parse_with({"chain.0.model.widths=[8, 16]"}).chains[0].model.widths == std::vector<std::int64_t>{8, 16});
  CHECK(parse_with({"chain.0.model.kind=mlp"}).chains[0].model.kind == "mlp");
  CHECK(parse_with({"chain.0.model.kind=\"mlp\""}).chains[0].model.kind == "mlp");
  CHECK(parse_with({"chain.0.data.path=/a b/c=d.npz"}).chains[0].data.path == "/a b/c=d.npz");
  CHECK(parse_with({"chain.0.data.path="}).chains[0].data.path.empty());
  CHECK(parse_with({"network.platform=x\ny = 1"}).network.platform == "x\ny = 1");  // no second key by the back door
  CHECK(parse_with({"baseline={local = false}"}).baseline.local == false);
}

TEST_CASE("the last of several overrides counts, and each sees what those before it wrote") {
  CHECK(parse_with({"chain.0.rounds=5", "chain.0.rounds=6"}).chains[0].rounds == 6);
  const Scenario scenario = parse_with({"chain.1.name=second", "chain.1.rounds=9", "chain.second.model.kind=mlp"});
  CHECK(scenario.chains.at(1).rounds == 9);
  CHECK(scenario.chains.at(1).model.kind == "mlp");
}

TEST_CASE("a chain or group may be called by its name") {
  CHECK(parse_with({"chain.first.rounds=8"}).chains[0].rounds == 8);
  CHECK(parse_with({"institution.clinic.count=2"}).groups[0].count == 2);
}

TEST_CASE("an element of a list can be replaced and appended") {
  const Scenario scenario = parse_with({"network.regions=[\"a\"]", "network.regions.1=c", "network.regions.0=b"});
  CHECK(scenario.network.regions == std::vector<std::string>{"b", "c"});
}

TEST_CASE("a list of tables is made where there is none") {
  const Scenario scenario =
      parse_scenario("schema = 1\nname = \"n\"", "s.toml", {"institution.0.name=i", "chain.0.name=c"});
  CHECK(expand_institutions(scenario).at(0).name == "i");
}

TEST_CASE("an override that cannot be applied says so") {
  CHECK(complaint_about("rounds") == "--set rounds: needs the form KEY=VALUE");
  CHECK(complaint_about("=3") == "--set =3: needs the form KEY=VALUE");
  CHECK(complaint_about("chain..rounds=3") == "--set chain..rounds=3: the key has an empty part");
  CHECK(complaint_about("chain.5.rounds=3") == "--set chain.5.rounds=3: \"5\" is no entry of a list that has 1");
  CHECK(complaint_about("chain.frist.rounds=3") ==
        "--set chain.frist.rounds=3: \"frist\" is no entry of a list that has 1");
  CHECK(complaint_about("seed.x=3") == "--set seed.x=3: what is before .x is a value");
  CHECK(contains(complaint_about("chain.99999999999999999999.rounds=3"), "is no entry of a list that has 1"));
}

TEST_CASE("a wrong value of an override is reported at the override") {
  CHECK(complaint_about("chain.0.rounds=0") ==
        "--set chain.0.rounds=0: chain.0.rounds = 0 must be a whole number from 1 to 1000000");
  CHECK(
      complaint_about("chain.0.trainig.lr=1") ==
      "--set chain.0.trainig.lr=1: unknown key chain.0.trainig = { lr = 1 } (did you mean \"training\"?); allowed here are "
      "name, members, rounds, start_s, initial, data, partition, model, training, sharing, privacy, secure_aggregation, "
      "collaboration, consensus, gossip, load, auxiliary, personalization");
}

}  // namespace
}  // namespace polyclinic
