#include "core/probing/shadows.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/equal.h>

#include <algorithm>

#include "core/probing/allowed.hpp"
#include "tests/core/collaboration/noisy_chain.hpp"
#include "tests/core/probing/probing_chain.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

ShadowSetting setting_of(const PlayedChain& chain) {
  const ChainPlanPointer& plan = chain.learning.shared_plan();
  return {.plan = plan, .candidates = draw_candidates(*plan, plan->members, true, Seed(1)), .guidance = {}, .wants_updates = true};
}

}  // namespace

TEST_CASE("half of the candidates were trained on, the other half were withheld, and none is among the fixed rows") {
  const PlayedChain chain(probed_scenario({"chain"}));
  for (const InstitutionCandidates& of_one : setting_of(chain).candidates) {
    const InstitutionData& data = chain.learning.plan().data_of(of_one.institution);
    CHECK(of_one.rows.size() == 2 * of_one.members);
    CHECK(of_one.fixed.size() + of_one.members == data.train.size());
    const auto in = [](const at::Tensor& index, const at::Tensor& row) { return index.eq(row).any().item<bool>(); };
    for (std::int64_t i = 0; i < of_one.rows.size(); ++i) {
      CHECK(in(data.train.index, of_one.rows.index[i]) == (i < of_one.members));
      CHECK_FALSE(in(of_one.fixed.index, of_one.rows.index[i]));
    }
  }
}

TEST_CASE("nothing is withheld of a class that the institution does not train on") {
  PlayedChain chain(probed_scenario({"chain"}));
  ChainPlan plan = chain.learning.plan();
  const InstitutionId first = plan.members.front();
  InstitutionData& data = plan.data[plan.position(first)];
  const at::Tensor labels = data.train.labels();
  data.train.index = data.train.index.masked_select(labels.eq(0));
  const InstitutionCandidates own = draw_candidates(plan, {first}, true, Seed(1)).front();
  REQUIRE(own.members > 0);
  for (const Rows* rows : {&own.rows, &own.population}) CHECK(rows->labels().eq(0).all().item<bool>());
}

TEST_CASE("each candidate is in exactly half of the shadows, by coins that are fair") {
  const auto coins = toss_coins(64, 200, Seed(3));
  REQUIRE(coins.size() == 64);
  for (std::size_t candidate = 0; candidate < 200; ++candidate) {
    CHECK(std::ranges::count_if(coins, [&](const auto& shadow) { return shadow[candidate]; }) == 32);
  }
  const auto heads = std::ranges::count(coins.front(), true);
  CHECK(heads > 72);  // a fair binomial of 200 is below with probability 4e-5
  CHECK(heads < 128);
}

TEST_CASE("an institution of one record has one in every shadow, its own or the withheld one") {
  const PlayedChain chain(probed_scenario({"chain"}));
  std::vector<InstitutionCandidates> candidates = setting_of(chain).candidates;
  for (InstitutionCandidates& of_one : candidates) {
    of_one.rows.index = of_one.rows.index.narrow(0, 0, 2);
    of_one.fixed.index = of_one.fixed.index.narrow(0, 0, 0);
  }
  auto coins = toss_coins(32, 6, Seed(3));
  const auto as_tossed = coins;
  leave_nobody_empty(coins, candidates);
  CHECK(coins != as_tossed);
  for (std::size_t shadow = 0; shadow < coins.size(); ++shadow) {
    for (std::size_t place = 0; place < 6; place += 2) CHECK(coins[shadow][place] != coins[shadow][place + 1]);
    for (std::size_t place = 0; place < 6; ++place) CHECK(coins[shadow][place] != coins[shadow ^ 1U][place]);
  }
}

TEST_CASE("a shadow on the members' own rows with the chain's own seed is the chain, bit for bit") {
  const PlayedChain chain(probed_scenario({"chain"}));
  ShadowSetting setting = setting_of(chain);
  // All training rows fixed, nothing asked about: the rows keep their order, which the epochs' order depends on.
  for (InstitutionCandidates& of_one : setting.candidates) {
    of_one.fixed = chain.learning.plan().data_of(of_one.institution).train;
    of_one.rows.index = of_one.rows.index.narrow(0, 0, 0);
  }
  PlayedChain again(probed_scenario({"chain"}));
  const Remains remains = run_shadow(setting, {}, chain.learning.plan().seed, again.pool);
  CHECK(same_bits(remains.model, chain.learning.global(2).parameters));
  REQUIRE(remains.updates.size() == 3);
  const DecodedUpdate published = chain.learning.plan().policy->decode(chain.learning.published()[1].updates[2].update->payload());
  CHECK(at::equal(remains.updates[2][1].values, published.values));
}

// DP-SGD's batches are of one size: of fewer records each step sees a larger part.
TEST_CASE("a procedure is allowed what the shadow that spends most spends") {
  Scenario scenario = with_dp_sgd(probed_scenario({"chain"}), 1.0);
  scenario.chains.front().training.batch_size = 8;
  const PlayedChain chain(scenario);
  const ShadowSetting setting = setting_of(chain);
  std::vector<bool> all(membership_of(setting.candidates).size(), true), some = all;
  for (std::size_t i = 0; i < some.size(); i += 2) some[i] = false;
  const double of_all = allowed_of_shadows(setting, {all}).epsilon, of_some = allowed_of_shadows(setting, {some}).epsilon;
  CHECK(of_all == allowed(*resampled(setting, all, Seed(1)), true).epsilon);
  CHECK(of_some > of_all);
  CHECK(allowed_of_shadows(setting, {some, all}).epsilon == of_some);
  CHECK(allowed_of_shadows(setting, {all, some}).epsilon == of_some);
  CHECK(allowed_of_shadows(setting, {some}).comparable);
}

TEST_CASE("a shadow depends on its coins and on its seed") {
  PlayedChain chain(probed_scenario({"chain"}));
  const ShadowSetting setting = setting_of(chain);
  const auto coins = toss_coins(2, std::ssize(membership_of(setting.candidates)), Seed(5));
  const Remains first = run_shadow(setting, coins[0], Seed(1), chain.pool);
  CHECK(same_bits(first.model, run_shadow(setting, coins[0], Seed(1), chain.pool).model));
  CHECK_FALSE(same_bits(first.model, run_shadow(setting, coins[1], Seed(1), chain.pool).model));
}
