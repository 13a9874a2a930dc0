#include "core/collaboration/plan.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/cat.h>

#include <cstdlib>
#include <tuple>

#include "core/base/error.hpp"
#include "tests/core/collaboration/small_chain.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

TEST_CASE("a plan has data, keys and rules for every member") {
  const ChainPlanPointer plan = plan_of(small_scenario());
  CHECK(plan->members.size() == 3);
  CHECK(plan->data.size() == 3);
  CHECK(plan->member_keys.size() == 3);
  CHECK(plan->rules->members.at(InstitutionId{1}) == plan->member_keys[1].public_key);
  CHECK(plan->rules->validators.size() == 4);
  CHECK(plan->test.size() == 30);
  CHECK(plan->participation() == 1.0);
}

TEST_CASE("rounds and votes are what the scenario says") {
  Scenario scenario = small_scenario();
  ChainConfig& chain = scenario.chains.front();
  chain.collaboration.mode = "buffered";
  chain.collaboration.buffer = 2;
  chain.collaboration.max_staleness = 5;
  const ChainPlanPointer buffered = plan_of(scenario);
  CHECK(buffered->rounds->mode == "buffered");
  CHECK(buffered->rounds->buffer == 2);
  CHECK(buffered->rounds->max_staleness == 5);
  CHECK(buffered->rounds->scorers.empty());
  CHECK(buffered->is_asynchronous());
  CHECK(buffered->participation() == doctest::Approx(2.0 / 3));
  chain.collaboration.mode = "asynchronous";
  CHECK(plan_of(scenario)->participation() == doctest::Approx(1.0 / 3));
  chain.collaboration = {};
  chain.collaboration.defence = "scoring";
  chain.consensus.validators = 2;
  CHECK((plan_of(scenario)->rounds->scorers == std::vector<InstitutionId>{{0}, {1}}));
}

TEST_CASE("payloads need receipts where they lie off-chain and rounds go on without those that nobody has") {
  Scenario scenario = small_scenario();
  ChainConfig& chain = scenario.chains.front();
  chain.consensus.payload = "off_chain";
  chain.consensus.replicas = 2;
  CHECK(plan_of(scenario)->rounds->keepers == 0);  // unavailable = "wait"
  chain.collaboration.unavailable = "skip";
  const ChainPlanPointer plan = plan_of(scenario);
  CHECK(plan->rounds->keepers == 2);
  CHECK(plan_replay(scenario, ChainId{0}, nullptr)->rounds->keepers == 2);
  CHECK(with_full_sharing(*plan)->rounds->keepers == 2);
}

TEST_CASE("a plan for replaying has the rules of the run without its data") {
  const Scenario scenario = small_scenario();
  const ChainPlanPointer plan = plan_of(scenario), replay = plan_replay(scenario, ChainId{0}, &plan->initial);
  CHECK((replay->rules->members == plan->rules->members));
  CHECK((replay->rounds->seed == plan->rounds->seed));
  CHECK(same_bits(replay->initial, plan->initial));
  CHECK(replay->policy->shares_everything());
  CHECK(replay->data.empty());
  CHECK(plan_replay(scenario, ChainId{0}, nullptr)->policy == nullptr);
}

TEST_CASE("the same scenario gives the same plan, another chain name another one") {
  Scenario renamed = small_scenario();
  renamed.chains.front().name = "other";
  const ChainPlanPointer first = plan_of(small_scenario());
  CHECK(same_bits(first->initial, plan_of(small_scenario())->initial));
  CHECK_FALSE(same_bits(first->initial, plan_of(renamed)->initial));
}

TEST_CASE("chains that name one beginning begin with the same numbers, as long as the seed is the same") {
  const auto initial = [](const std::string& chain, const std::string& text, std::uint64_t seed = 1) {
    Scenario scenario = small_scenario();
    scenario.seed = seed;
    scenario.chains.front().name = chain;
    scenario.chains.front().initial = text;
    return plan_of(scenario)->initial;
  };
  CHECK(same_bits(initial("first", "body"), initial("other", "body")));
  CHECK_FALSE(same_bits(initial("first", "body"), initial("first", "")));
  CHECK_FALSE(same_bits(initial("first", "body"), initial("first", "another")));
  CHECK_FALSE(same_bits(initial("first", "body"), initial("first", "body", 2)));
}

// The order of a data set's rows is the scenario's, whichever chain asks: the halves together are all patients, none twice.
// They are told by the sum of their numbers, in which hardly two agree.
TEST_CASE("chains share a data set out between them") {
  const char* folder = std::getenv("POLYCLINIC_DATA");
  if (folder == nullptr) return;
  const auto patients = [&](const std::string& name, double from, double to) {
    Scenario scenario = small_scenario();
    ChainConfig& chain = scenario.chains.front();
    chain.name = name;
    chain.data.dataset = "heart";
    chain.data.from = from;
    chain.data.to = to;
    return plan_chain(scenario, ChainId{0}, {{folder}})->collection.train->inputs;
  };
  const at::Tensor halves = at::cat({patients("first", 0.0, 0.5), patients("other", 0.5, 1.0)});
  const at::Tensor all = patients("first", 0.0, 1.0);
  CHECK(halves.size(0) == 740);  // 303 + 261 + 46 + 130 complete rows
  CHECK(std::get<0>(halves.sum(1).sort()).equal(std::get<0>(all.sum(1).sort())));
}

TEST_CASE("labels are permuted by the chain's own seed") {
  const auto labels = [](const std::string& name, const std::string& kind) {
    Scenario scenario = small_scenario();
    scenario.chains.front().name = name;
    scenario.chains.front().data.labels = kind;
    return plan_of(scenario)->collection.train->labels;
  };
  CHECK_FALSE(labels("first", "permuted").equal(labels("first", "true")));
  CHECK_FALSE(labels("first", "permuted").equal(labels("other", "permuted")));
}

TEST_CASE("an institution has the same keys on every chain") {
  Scenario scenario = small_scenario();
  scenario.chains.push_back(scenario.chains.front());
  scenario.chains[1].name = "second";
  scenario.chains[1].members = {"clinic-2"};
  const ChainPlanPointer second = plan_chain(scenario, ChainId{1}, {});
  CHECK((second->members == std::vector<InstitutionId>{{2}}));
  CHECK(second->member_keys[0].public_key == plan_of(scenario)->member_keys[2].public_key);
}

TEST_CASE("full sharing is the same chain with nothing held back") {
  Scenario scenario = small_scenario();
  scenario.chains.front().sharing.steps = {"top_k"};
  scenario.chains.front().sharing.fraction = 0.1;
  const ChainPlanPointer plan = plan_of(scenario);
  const ChainPlanPointer full = with_full_sharing(*plan);
  CHECK_FALSE(plan->policy->shares_everything());
  CHECK(full->policy->shares_everything());
  CHECK(same_bits(full->initial, plan->initial));
}

TEST_CASE("a pattern that matches no tensor is the user's error") {
  Scenario scenario = small_scenario();
  scenario.chains.front().sharing.steps = {"layers"};
  scenario.chains.front().sharing.private_ = {"haed.*"};
  CHECK_THROWS_AS((void)plan_of(scenario), UsageError);
}
