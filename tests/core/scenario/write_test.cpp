#include "core/scenario/write_value.hpp"

#include <cmath>
#include <limits>

#include "core/base/seed.hpp"
#include "core/scenario/fields.hpp"
#include "core/scenario/parse.hpp"
#include "tests/core/scenario/fixture.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

using testing::base_text;
using testing::parse;

// Gives every key of a table a value that is allowed and is not its default.
template <class Config>
struct Changer {
  Config& config;
  static void change(bool& value, const Limits&) { value = !value; }
  static void change(double& value, const Limits& limits) {
    const double next = std::nextafter(value, std::numeric_limits<double>::infinity());
    value = limits.allow(next) ? next : std::nextafter(value, 0.0);
  }
  static void change(std::int64_t& value, const Limits& limits) {
    if (limits.low != limits.high) value += limits.allow(static_cast<double>(value + 1)) ? 1 : -1;
  }
  static void change(std::uint64_t& value, const Limits&) { value = 9223372036854775807U; }
  static void change(std::string& value, const Limits& limits) {
    if (!limits.names.empty())
      value = value == limits.names.front() ? limits.names.back() : limits.names.front();
    else
      value = limits.identifier ? "x.y-z_0" : "a \"quoted\" \\ text,\n\t\x01 'of' \xc3\xa9 lines";
  }
  template <class Element>
  static void change(std::vector<Element>& value, const Limits& limits) {
    value.assign(2, Element{});
    for (Element& element : value) change(element, limits);
  }
  static void change(RateConfig& value, const Limits&) { value = {"lognormal", {1e11 / 3.0, 0.1}}; }

  template <class Value>
  void key(const char*, Value Config::*member, const Limits& limits, const char*, const char*) {
    change(config.*member, limits);
  }
  template <class Table>
  void table(const char*, Table Config::*member, const char*) {
    change_table(config.*member);
  }
  template <class Table>
  void tables(const char*, std::vector<Table> Config::*member, const char*) {
    (config.*member).resize(1);
    change_table((config.*member)[0]);
  }
  template <class Table>
  static void change_table(Table& table) {
    Changer<Table> inner{table};
    describe(inner, std::type_identity<Table>{});
  }
};

// One fault of each kind that reads keys of its own, each with those keys as changed.
void make_faults_consistent(Scenario& scenario) {
  FaultConfig base = scenario.faults[0];
  base.chain = scenario.chains[0].name;
  base.institutions = {"*"};
  FaultConfig churn = base, degrade = base, loss = base;
  churn.kind = "churn";
  churn.on_s = churn.off_s = 1.0 / 3.0;
  degrade.kind = "degrade";
  degrade.on_s = degrade.off_s = 0.0;
  degrade.distribution = "exponential";
  loss.kind = "loss";
  loss.institutions.clear();
  loss.validators.clear();
  loss.on_s = loss.off_s = 0.0;
  loss.distribution = "exponential";
  for (FaultConfig* fault : {&churn, &loss}) fault->factor = 0.1;
  for (FaultConfig* fault : {&churn, &loss}) fault->latency_factor = 1.0;
  for (FaultConfig* fault : {&churn, &degrade}) fault->probability = 0.0;
  scenario.faults = {churn, loss};
  if (scenario.network.platform.empty()) scenario.faults.push_back(degrade);
}

void make_behaviours_consistent(Scenario& scenario) {
  BehaviourConfig institution = scenario.behaviours[0];
  institution.kind = "scaled";
  institution.chain = scenario.chains[0].name;
  institution.institutions = {"*"};
  BehaviourConfig validator = institution;
  validator.kind = "withhold";
  std::swap(validator.validators, scenario.behaviours[0].validators);
  validator.institutions.clear();
  validator.factor = 1.0;
  validator.from_round = 0;
  institution.validators.clear();
  scenario.behaviours = {institution, validator};
}

// Methods that between them read every key, each with its own keys as changed.
void make_personalization_consistent(std::vector<PersonalizationConfig>& methods) {
  const PersonalizationConfig changed = methods[0];
  PersonalizationConfig fine_tune, head, ditto, interpolate;
  fine_tune.epochs = changed.epochs;
  fine_tune.lr = changed.lr;
  fine_tune.patience = changed.patience;
  fine_tune.part = changed.part;
  head.kind = "head";
  head.name = "another-name";
  head.private_ = changed.private_;
  head.training = changed.training;
  ditto.kind = "ditto";
  ditto.lambda = changed.lambda;
  interpolate.kind = "interpolate";
  interpolate.alpha = changed.alpha;
  interpolate.adaptive = changed.adaptive;
  interpolate.steps = changed.steps;
  methods = {fine_tune, head, ditto, interpolate};
}

// Two chains that learn, from one of which a relay leads to the other, beside the first, which does not.
void make_exchange_consistent(Scenario& scenario) {
  ChainConfig& idle = scenario.chains[0];
  ChainConfig learning;
  learning.name = "learning";
  std::swap(learning.start_s, idle.start_s);
  learning.data.from = idle.data.from;
  std::swap(learning.personalization, idle.personalization);
  make_personalization_consistent(learning.personalization);
  std::swap(learning.auxiliary, idle.auxiliary);
  AuxiliaryConfig& auxiliary = learning.auxiliary[0];
  auxiliary.source = scenario.relays[0].from = "source";
  auxiliary.uses = {"warm_start"};
  auxiliary.weight = {"decay"};
  auxiliary.classes = {1, 2};
  auxiliary.reference = scenario.references[0].name;
  scenario.relays[0].to = learning.name;
  scenario.relays[0].relayers = {"*"};
  ChainConfig source;
  source.name = "source";
  scenario.chains.push_back(learning);
  scenario.chains.push_back(source);
}

void make_probes_consistent(Scenario& scenario) {
  ProbeConfig& probe = scenario.probes[0];
  probe.chain = "learning";
  probe.institutions = {"*"};
  probe.reference = scenario.references[0].name;
  probe.total_variation = 1.0 / 3.0;
}

// Undoes what check_consistency would object to. (load.blocks is changed, so the chain learns nothing, and how it would is
// not checked.)
Scenario consistent(Scenario scenario, const std::string& consensus) {
  scenario.groups[0].regions = scenario.network.regions = {"a", "b \"c\""};
  scenario.network.latency_s = {{0.1, 1.0 / 3.0}, {1.0 / 3.0, 5e-324}};
  ChainConfig& chain = scenario.chains[0];
  chain.members = {scenario.groups[0].name, "*"};
  chain.partition.scarce = {"x*"};
  chain.consensus.hosts = "own";
  chain.consensus.payload = "on_chain";  // as a chain with load.blocks must; the others have a test of their own
  chain.consensus.replicas = 0;
  chain.collaboration.unavailable = "wait";
  chain.consensus.kind = consensus;
  if (consensus == "pbft") {
    scenario.network.platform.clear();
    chain.consensus.confirmations = chain.consensus.retarget_blocks = 0;
    chain.consensus.hash_shares.clear();
  } else {
    chain.consensus.timeout_s = 0.0;
  }
  make_exchange_consistent(scenario);
  make_faults_consistent(scenario);
  make_behaviours_consistent(scenario);
  make_probes_consistent(scenario);
  return scenario;
}

TEST_CASE("every key, changed, survives writing and reading") {
  Scenario changed;
  Changer<Scenario>::change_table(changed);
  for (const std::string consensus : {"pbft", "proof_of_work"}) {  // no protocol reads all of the keys
    const Scenario scenario = consistent(changed, consensus);
    const std::string text = to_toml(scenario);
    CAPTURE(text);
    CHECK(parse_scenario(text, "written", {}) == scenario);
    CHECK(to_toml(parse_scenario(text, "written", {})) == text);
  }
}

TEST_CASE("a resolved scenario reads back as the same, whatever was left out") {
  const Scenario scenario = parse(base_text);
  CHECK(parse(to_toml(scenario)) == scenario);
  const Scenario steps = parse(base_text, {"chain.0.training.steps=3"});
  CHECK(parse(to_toml(steps)) == steps);
}

TEST_CASE("where payloads lie off-chain survives writing and reading") {
  const Scenario scenario =
      parse(base_text, {"chain.0.consensus.payload=off_chain", "chain.0.consensus.replicas=1", "chain.0.collaboration.unavailable=skip",
                        "chain.0.collaboration.min_updates=2", "chain.0.collaboration.deadline_s=9"});
  CHECK(scenario.chains[0].consensus.replicas == 1);
  CHECK(parse(to_toml(scenario)) == scenario);
}

TEST_CASE("numbers are written in the shortest form that reads back") {
  CHECK(write_value(0.1) == "0.1");
  CHECK(write_value(1.0) == "1.0");
  CHECK(write_value(-0.0) == "-0.0");
  CHECK(write_value(1e-5) == "1e-05");
  CHECK(write_value(1.0 / 3.0) == "0.3333333333333333");
  CHECK(write_value(std::uint64_t{18446744073709551615U}) == "18446744073709551615");
  Random random(Seed(1));
  for (int i = 0; i < 2000; ++i) {
    const double number = std::exp(random.uniform(-30.0, 30.0));
    const Scenario scenario = parse(base_text, {"chain.0.partition.alpha=" + write_value(number)});
    CHECK(scenario.chains[0].partition.alpha == number);
  }
}

TEST_CASE("lists and speeds") {
  CHECK(write_value(std::vector<std::int64_t>{8, 16}) == "[8, 16]");
  CHECK(write_value(std::vector<std::vector<double>>{{0.0, 1.5}, {}}) == "[[0.0, 1.5], []]");
  CHECK(write_value(std::vector<std::string>{}) == "[]");
  CHECK(write_value(RateConfig{"constant", {5e9}}) == "5000000000.0");
  CHECK(write_value(RateConfig{"constant", {1.0, 2.0}}) == "[1.0, 2.0]");
  CHECK(write_value(RateConfig{"quantiles", {1.0, 2.5}}) == "{ distribution = \"quantiles\", values = [1.0, 2.5] }");
  CHECK(write_value(RateConfig{"uniform", {1.0, 2.0}}) == "{ distribution = \"uniform\", low = 1.0, high = 2.0 }");
}

TEST_CASE("the digest follows from values alone") {
  const Scenario scenario = parse(base_text);
  Scenario elsewhere = scenario;
  elsewhere.folder = "/somewhere/else";
  CHECK(scenario_digest(elsewhere) == scenario_digest(scenario));
  CHECK(scenario_digest(parse("# a comment\n" + std::string(base_text))) == scenario_digest(scenario));
  CHECK(scenario_digest(parse(base_text, {"chain.0.rounds=2"})) == scenario_digest(scenario));
  CHECK(scenario_digest(parse(base_text, {"chain.0.rounds=3"})) != scenario_digest(scenario));
  CHECK(scenario_digest(parse(base_text, {"seed=8"})) != scenario_digest(scenario));
}

}  // namespace
}  // namespace polyclinic
