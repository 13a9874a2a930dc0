#include "core/probing/completion.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/equal.h>

#include "core/learning/remembered.hpp"
#include "tests/core/probing/probing_chain.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

Scenario private_head() {
  Scenario scenario = probed_scenario({"chain"});
  scenario.chains.front().sharing.steps = {"layers"};
  scenario.chains.front().sharing.private_ = {"head.*"};
  scenario.chains.front().training.lr = 0.1;
  return scenario;
}

struct Completed {
  explicit Completed(const Scenario& scenario) : chain(scenario), plan(chain.learning.shared_plan()) {
    setting = {.plan = plan, .candidates = draw_candidates(*plan, plan->members, true, Seed(1)), .guidance = {}, .wants_updates = true};
    before = run_shadow(setting, toss_coins(2, std::ssize(membership_of(setting.candidates)), Seed(5)).front(), Seed(1), chain.pool);
  }
  [[nodiscard]] Remains after() { return Completion(setting, Seed(2)).complete(before, chain.pool); }
  [[nodiscard]] std::int64_t private_numbers() const { return plan->initial.flat().numel() - plan->policy->shareable().numel(); }
  [[nodiscard]] static std::int64_t unknown(const at::Tensor& flat) { return flat.isnan().sum().item<std::int64_t>(); }
  [[nodiscard]] at::Tensor published(const at::Tensor& flat) const { return flat.index_select(0, plan->policy->shareable()); }

  PlayedChain chain;
  ChainPlanPointer plan;
  ShadowSetting setting;
  Remains before;
};

}  // namespace

TEST_CASE("published numbers stay as they are, and private ones are learned from public rows") {
  Completed head(private_head());
  const Remains after = head.after();
  CHECK(same_bits(after.model, head.after().model));
  CHECK(at::equal(head.published(after.model.flat()), head.published(head.before.model.flat())));
  const auto loss = [&](const ParameterSet& model) {
    return evaluate(*head.plan->model, model, all_rows(head.plan->collection.test), head.plan->collection, head.chain.pool).loss;
  };
  CHECK(loss(after.model) < loss(head.before.model));  // there the head has its initial numbers
  for (std::size_t place = 0; place < after.updates.size(); ++place) {
    REQUIRE(after.updates[place].size() == 2);
    for (std::size_t round = 0; round < 2; ++round) {
      const ObservedUpdate &seen = head.before.updates[place][round], &known = after.updates[place][round];
      CHECK(seen.before.isnan().any().item<bool>());
      CHECK_FALSE(known.before.isnan().any().item<bool>());
      CHECK(at::equal(head.published(known.before), head.published(seen.before)));
      CHECK(at::equal(known.before, after.updates.front()[round].before));  // the same model for everybody
      CHECK(at::equal(known.values, seen.values));
    }
  }
}

TEST_CASE("where nothing is private, nothing is completed") {
  Completed open(probed_scenario({"chain"}));
  const Remains after = open.after();
  CHECK(same_bits(after.model, open.before.model));
  CHECK(at::equal(after.updates[0][1].before, open.before.updates[0][1].before));
}

TEST_CASE("a model that is not asked about is not completed") {
  Completed head(private_head());
  head.setting.wants_model = false;
  const Remains after = head.after();
  CHECK(same_bits(after.model, head.before.model));
  CHECK_FALSE(after.updates[0][0].before.isnan().any().item<bool>());
}

TEST_CASE("what cannot be trained on stays unknown: the published part is out of bounds") {
  Completed head(private_head());
  head.before.model = ParameterSet(head.plan->initial.layout(), head.before.model.flat().mul(1e38));
  CHECK(head.unknown(head.after().model.flat()) == head.private_numbers());
}

TEST_CASE("without public rows what is private stays unknown") {
  Completed head(private_head());
  auto plan = std::make_shared<ChainPlan>(*head.plan);
  plan->collection.test = nullptr;
  head.setting.plan = plan;
  for (InstitutionCandidates& of_one : head.setting.candidates) of_one.population = {};
  const Remains after = head.after();
  CHECK(head.unknown(after.model.flat()) == head.private_numbers());
  CHECK(after.updates[0][0].before.isnan().any().item<bool>());
}

TEST_CASE("without official test rows those that nobody asks about serve") {
  Completed head(private_head());
  auto plan = std::make_shared<ChainPlan>(*head.plan);
  plan->collection.test = nullptr;
  head.setting.plan = plan;
  REQUIRE(head.setting.candidates.front().population.size() > 0);
  CHECK_FALSE(head.after().model.flat().isnan().any().item<bool>());
}
