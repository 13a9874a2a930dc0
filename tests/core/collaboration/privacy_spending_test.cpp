#include "core/collaboration/privacy_spending.hpp"

#include <cmath>

#include "core/privacy/gaussian.hpp"
#include "tests/core/collaboration/noisy_chain.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

const InstitutionId first{0}, second{1}, third{2};

ChainPlanPointer with_members(const ChainPlanPointer& plan, const std::vector<InstitutionId>& members) {
  auto copy = std::make_shared<ChainPlan>(*plan);
  copy->members = members;
  copy->data.clear();
  for (const InstitutionId member : members) copy->data.push_back(plan->data_of(member));
  return copy;
}

ChainPlanPointer noisy_plan() {
  Scenario scenario = with_noisy_update(small_scenario(), 2.0);
  scenario.chains.front().privacy.accountant = "pld";
  return plan_of(scenario);
}

// Closed form: so many updates with noise multiplier 2.
double exact(double updates) { return gaussian_epsilon(1e-5, 2.0 / std::sqrt(updates)); }

}  // namespace

TEST_CASE("every update that leaves costs its author, and nobody else") {
  PrivacySpending spending({noisy_plan()});
  CHECK(spending.spend(ChainId{0}, first) == exact(1));
  CHECK(spending.spend(ChainId{0}, first) == exact(2));
  CHECK(spending.spend(ChainId{0}, second) == exact(1));
}

TEST_CASE("without noise there is no epsilon") {
  PrivacySpending spending({plan_of(small_scenario())});
  CHECK(std::isnan(spending.spend(ChainId{0}, first)));
  CHECK_FALSE(spending.planned(ChainId{0}));
}

TEST_CASE("what leaves on two chains that hold the same records composes") {
  const ChainPlanPointer plan = noisy_plan();
  PrivacySpending together({chain_of(plan, 0, 0.0, 0.6), chain_of(plan, 1, 0.5, 1.0)});
  CHECK(together.spend(ChainId{0}, first) == exact(1));
  CHECK(together.spend(ChainId{1}, first) == exact(2));
  CHECK(together.spend(ChainId{0}, first) == exact(3));
  CHECK(together.spend(ChainId{0}, second) == exact(1));
  PrivacySpending apart({chain_of(plan, 0, 0.0, 0.5), chain_of(plan, 1, 0.5, 1.0)});
  CHECK(apart.spend(ChainId{0}, first) == exact(1));
  CHECK(apart.spend(ChainId{1}, first) == exact(1));
}

TEST_CASE("a record that a member of another chain may hold is spent there too, by the holder who gives most away") {
  const ChainPlanPointer plan = plan_of(with_dp_sgd(small_scenario(), 1.0));
  const auto chain = chain_of(plan, 0, 0.0, 0.6), of_others = with_members(chain_of(plan, 1, 0.5, 1.0), {second, third});
  PrivacySpending spending({chain, of_others});
  for (const InstitutionId author : {second, third, third}) static_cast<void>(spending.spend(ChainId{1}, author));
  Releases expected = releases_of(*chain, first, 1);
  expected.add(releases_of(*of_others, third, 2));
  const auto accountant = make_accountant(plan->config.privacy);
  CHECK(spending.spend(ChainId{0}, first) == accountant->epsilon(expected, plan->config.privacy.delta).epsilon);
  PrivacySpending apart({chain_of(plan, 0, 0.0, 0.5), of_others});
  static_cast<void>(apart.spend(ChainId{1}, third));
  CHECK(apart.spend(ChainId{0}, first) == accountant->epsilon(releases_of(*chain, first, 1), plan->config.privacy.delta).epsilon);
}

TEST_CASE("records that others publish without noise leave no epsilon, an institution's own part keeps its") {
  const auto open = with_members(chain_of(plan_of(small_scenario()), 1, 0.0, 1.0), {second});
  PrivacySpending of_records({chain_of(plan_of(with_dp_sgd(small_scenario(), 1.0)), 0, 0.0, 1.0), open});
  CHECK(of_records.planned(ChainId{0})->statement.reason == "chain chain-1: the same records are published without noise");
  PrivacySpending of_institutions({chain_of(noisy_plan(), 0, 0.0, 1.0), open});
  CHECK(of_institutions.spend(ChainId{0}, first) == exact(1));
}

TEST_CASE("phantoms are every chain's own") {
  const ChainPlanPointer plan = noisy_plan();
  auto other = std::make_shared<ChainPlan>(*plan);
  other->id = ChainId{1};
  PrivacySpending spending({plan, other});
  CHECK(spending.spend(ChainId{0}, first) == exact(1));
  CHECK(spending.spend(ChainId{1}, first) == exact(1));
}

TEST_CASE("the same records without noise elsewhere, or under another unit, leave no epsilon") {
  const ChainPlanPointer noisy = noisy_plan();
  PrivacySpending open({chain_of(noisy, 0, 0.0, 1.0), chain_of(plan_of(small_scenario()), 1, 0.0, 1.0)});
  CHECK(std::isnan(open.spend(ChainId{0}, first)));
  CHECK(open.planned(ChainId{0})->statement.reason == "chain chain-1: the same records are published without noise");
  PrivacySpending mixed({chain_of(noisy, 0, 0.0, 1.0), chain_of(plan_of(with_dp_sgd(small_scenario(), 1.0)), 1, 0.0, 1.0)});
  CHECK(std::isnan(mixed.spend(ChainId{0}, first)));
  CHECK(mixed.planned(ChainId{0})->statement.reason == "chain chain-1: the same records are protected per record");
}

TEST_CASE("the statement of a plan is what the whole collaboration spends") {
  PrivacySpending spending({noisy_plan()});
  const PrivacyStatement statement = spending.planned(ChainId{0}).value().statement;
  CHECK(statement.epsilon == exact(2));  // two rounds
  CHECK(statement.unit == "institution");
  CHECK(statement.noise_multiplier == 2.0);
  CHECK(statement.rate == 1.0);
  CHECK(statement.steps == 2);
  const ChainPlanPointer plan = noisy_plan();
  PrivacySpending both({chain_of(plan, 0, 0.0, 1.0), chain_of(plan, 1, 0.0, 1.0)});
  CHECK(both.planned(ChainId{0})->statement.epsilon == exact(4));
  CHECK(both.planned(ChainId{0})->statement.mechanism.find("together with what leaves on chain chain-1") !=
        std::string::npos);
}

TEST_CASE("where the number of updates is open the plan has no epsilon, but every update has") {
  Scenario scenario = with_noisy_update(small_scenario(), 2.0);
  scenario.chains.front().collaboration.mode = "asynchronous";
  scenario.chains.front().privacy.accountant = "pld";
  PrivacySpending spending({plan_of(scenario)});
  CHECK(std::isnan(spending.planned(ChainId{0})->statement.epsilon));
  CHECK(spending.spend(ChainId{0}, first) == exact(1));
}
