#include "core/collaboration/protection.hpp"

#include <cmath>
#include <numeric>

#include "core/base/error.hpp"
#include "core/collaboration/member_round.hpp"
#include "core/privacy/accountant.hpp"
#include "core/privacy/gaussian.hpp"
#include "tests/core/collaboration/noisy_chain.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

std::string complaint_of(const Scenario& scenario) {
  try {
    static_cast<void>(plan_of(scenario));
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("without noise nothing is protected") {
  const ChainPlanPointer plan = plan_of(small_scenario());
  CHECK(protection_of(*plan).unit.empty());
  CHECK(releases_of(*plan, InstitutionId{0}, 5).empty());
}

// Who takes part is written on the chain, so that drawing participants hides nobody.
TEST_CASE("noise on the update protects an institution, which counts in full whenever it takes part") {
  Scenario scenario = with_noisy_update(small_scenario(), 2.0);
  scenario.chains.front().rounds = 6;
  scenario.chains.front().collaboration.participants = 1;
  const ChainPlanPointer plan = plan_of(scenario);
  CHECK(protection_of(*plan).unit == "institution");
  CHECK(protection_of(*plan).sampling == "none");
  std::int64_t updates = 0;
  for (const InstitutionId member : plan->members) updates += planned_updates(*plan, member).value();
  CHECK(updates == 6);
  CHECK((releases_of(*plan, InstitutionId{1}, 4).gaussian() == std::vector<GaussianReleases>{{1.0, 2.0, 4}}));
}

TEST_CASE("DP-SGD protects a record, sampled at batch_size over the rows, once in every local step") {
  const ChainPlanPointer plan = plan_of(with_dp_sgd(small_scenario(), 1.5));
  const std::int64_t rows = plan->data_of(InstitutionId{0}).train.size();
  const TrainingConfig& training = plan->config.training;
  const double rate = std::min(1.0, static_cast<double>(training.batch_size) / static_cast<double>(rows));
  const std::int64_t steps = 3 * training.epochs * ((rows + training.batch_size - 1) / training.batch_size);
  CHECK(protection_of(*plan).unit == "record");
  CHECK(protection_of(*plan).sampling == "poisson");
  CHECK((releases_of(*plan, InstitutionId{0}, 3).gaussian() == std::vector<GaussianReleases>{{rate, 1.5, steps}}));
}

TEST_CASE("clipping records without noise in the steps leaves the update's own noise to count") {
  Scenario scenario = with_noisy_update(with_dp_sgd(small_scenario(), 0.0), 2.0);
  const ChainPlanPointer clipped = plan_of(scenario);
  CHECK(protection_of(*clipped).unit == "institution");
  CHECK((releases_of(*clipped, InstitutionId{0}, 3).gaussian() == std::vector<GaussianReleases>{{1.0, 2.0, 3}}));
  scenario.chains.front().training.noise_multiplier = 1.5;
  const ChainPlanPointer both = plan_of(scenario);
  CHECK(protection_of(*both).unit == "record");
  CHECK(releases_of(*both, InstitutionId{0}, 3).gaussian().front().noise_multiplier == 1.5);
}

TEST_CASE("the sparse vector technique is pure") {
  Scenario scenario = small_scenario();
  SharingConfig& sharing = scenario.chains.front().sharing;
  sharing.steps = {"sparse_vector"};
  sharing.fraction = 0.1;
  sharing.gamma = 0.01;
  sharing.sparse_epsilon = 4.0;
  const ChainPlanPointer plan = plan_of(scenario);
  CHECK(protection_of(*plan).adjacency == "replace");
  CHECK((releases_of(*plan, InstitutionId{0}, 3).pure() == std::vector<PureReleases>{{4.0, 3}}));
}

TEST_CASE("no epsilon holds where something else leaves") {
  Scenario scenario = with_noisy_update(small_scenario(), 2.0);
  scenario.chains.front().collaboration.algorithm = "scaffold";
  CHECK(protection_of(*plan_of(scenario)).reason == "the control variate of scaffold leaves without noise");
  scenario = with_dp_sgd(small_scenario(), 2.0);
  scenario.chains.front().collaboration.algorithm = "scaffold";
  CHECK(protection_of(*plan_of(scenario)).reason.empty());  // there it is computed from private models
  scenario.chains.front().collaboration.algorithm = "fedavg";
  scenario.chains.front().collaboration.defence = "scoring";
  CHECK_FALSE(protection_of(*plan_of(scenario)).reason.empty());
}

TEST_CASE("a budget is met by the member that loses most, and hardly undercut") {
  Scenario scenario = with_noisy_update(small_scenario(), 0.0);
  scenario.chains.front().privacy = {.epsilon = 3.0, .accountant = "pld"};
  const ChainPlanPointer plan = plan_of(scenario);
  const double noise = plan->config.sharing.noise_multiplier;
  CHECK(noise == doctest::Approx(std::sqrt(2.0) * gaussian_noise(3.0, 1e-5)).epsilon(2e-4));  // two rounds, exactly
  CHECK(plan->policy->adds_noise());
  CHECK(plan_replay(scenario, ChainId{0}, &plan->initial)->config.sharing.noise_multiplier == noise);

  scenario = with_dp_sgd(small_scenario(), 0.0);
  scenario.chains.front().privacy.epsilon = 3.0;
  const ChainPlanPointer sampled = plan_of(scenario);
  double largest = 0.0;
  for (const InstitutionId member : sampled->members) {
    const auto accountant = make_accountant(sampled->config.privacy);
    largest = std::max(largest, accountant->epsilon(releases_of(*sampled, member, 2), 1e-5).epsilon);
  }
  CHECK(largest <= 3.0);
  CHECK(largest > 2.99);
}

TEST_CASE("delta is below one over what is to be protected") {
  Scenario scenario = with_dp_sgd(small_scenario(), 1.0);
  scenario.chains.front().privacy.delta = 0.05;
  CHECK(complaint_of(scenario).find("privacy.delta is 0.05, needs less than 1 / ") == 0);
  scenario = with_noisy_update(small_scenario(), 1.0);
  scenario.chains.front().privacy.delta = 0.05;
  CHECK(complaint_of(scenario).empty());  // three institutions
}

TEST_CASE("secret seeds are no relatives of public ones, and a member's own") {
  const ChainPlanPointer plan = plan_of(small_scenario());
  const RoundTask task{plan, InstitutionId{1}, 0, 0, {}};
  const RoundTask other{plan, InstitutionId{2}, 0, 0, {}};
  const RoundTask later{plan, InstitutionId{1}, 1, 0, {}};
  const Seed secret = secret_seed(*plan, "share", task);
  CHECK(secret == secret_seed(*plan, "share", task));
  CHECK_FALSE(secret == member_seed(*plan, "share", task));
  CHECK_FALSE(secret == secret_seed(*plan, "share", other));
  CHECK_FALSE(secret == secret_seed(*plan, "share", later));
  ChainPlan another_key = *plan;
  another_key.member_keys[1].secret_key[0] ^= 1;
  CHECK_FALSE(secret == secret_seed(another_key, "share", task));
  ChainPlan another_seed = *plan;
  another_seed.seed = Seed(77);
  CHECK_FALSE(secret == secret_seed(another_seed, "share", task));
}
