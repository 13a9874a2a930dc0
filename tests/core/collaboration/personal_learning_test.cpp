// Personal models beside a collaboration: what they are, and that it does not notice them.
#include "core/collaboration/personal_learning.hpp"

#include <cmath>

#include "core/base/error.hpp"
#include "core/collaboration/personal_results.hpp"
#include "tests/core/collaboration/small_chain.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

PersonalizationConfig method(const std::string& kind, double lambda = 0.1) {
  PersonalizationConfig config;
  config.kind = kind;
  config.lambda = lambda;
  config.name = kind + (lambda == 0.1 ? "" : "-other");
  return config;
}

// With momentum, so that an optimizer state has to be carried, and on every row its share of validation and test rows.
Scenario with_methods(const std::vector<PersonalizationConfig>& methods) {
  Scenario scenario = small_scenario();
  ChainConfig& chain = scenario.chains.front();
  chain.training.momentum = 0.9;
  chain.partition.validation = 0.2;
  chain.partition.test = 0.2;
  chain.personalization = methods;
  return scenario;
}

const std::vector<PersonalizationConfig> all_methods{method("fine_tune"), method("head"),        method("ditto"),
                                                     method("apfl"),      method("interpolate"), method("ditto", 0.0)};

// A collaboration of which every member takes part in every round and then personalizes.
struct Played {
  explicit Played(const Scenario& scenario, int threads = 2)
      : pool(threads), learning(plan_of(scenario), pool, scenario.evaluation) {
    for (std::int64_t round = 0; round < plan().config.rounds; ++round) {
      play_round(learning, round, plan().members);
      digests.push_back(learning.global(round + 1).digest.hex());
      if (!learning.personal().follows_rounds()) continue;
      for (const InstitutionId member : plan().members) {
        learning.personal().finish_round(member, learning.personal().start_round(member));
      }
    }
  }

  [[nodiscard]] const ChainPlan& plan() const { return learning.plan(); }
  // By member, in each by method.
  [[nodiscard]] std::vector<std::vector<PersonalResult>> results(const LocalJobs& local = {}) {
    RecordConfig with_models;
    with_models.models = true;
    std::vector<std::vector<PersonalResult>> all;
    for (const PersonalJob& job : start_personal_results(learning, local, with_models, pool)) all.push_back(job.get());
    return all;
  }
  [[nodiscard]] LocalJobs local(std::size_t members) {
    LocalJobs jobs;
    for (std::size_t i = 0; i < members; ++i) {
      jobs.emplace_back(plan().members[i], start_local(learning.shared_plan(), plan().members[i], {}, pool));
    }
    return jobs;
  }

  Pool pool;
  ChainLearning learning;
  std::vector<std::string> digests;  // of the global models
};

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

}  // namespace

TEST_CASE("the collaboration does not notice how many methods personalize on it") {
  const Played without(with_methods({}));
  CHECK(Played(with_methods(all_methods)).digests == without.digests);
  CHECK(Played(with_methods({method("apfl")}), 1).digests == without.digests);
}

TEST_CASE("ditto with lambda 0 is the local baseline, bit for bit") {
  Played played(with_methods(all_methods));
  const LocalJobs local = played.local(3);
  const auto results = played.results(local);
  REQUIRE(results.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(same_bits(results[i][5].model, local[i].second.get().final_model));
    CHECK(results[i][5].row.personal_loss == results[i][5].row.local_loss);
    CHECK_FALSE(same_bits(results[i][2].model, results[i][5].model));
  }
}

TEST_CASE("each row has the three models' figures on the member's own test rows") {
  Played played(with_methods(all_methods));
  const auto results = played.results(played.local(2));
  const ChainPlan& plan = played.plan();
  for (std::size_t i = 0; i < results.size(); ++i) {
    const InstitutionData& data = plan.data[i];
    const auto measured = [&](const ParameterSet& model) {
      return evaluate(*plan.model, model, data.test, plan.collection, Device::cpu);
    };
    const Metrics together = measured(played.learning.global(2).parameters);
    REQUIRE(results[i].size() == all_methods.size());
    for (const PersonalResult& result : results[i]) {
      const PersonalRow& row = result.row;
      CHECK(row.chain == "small");
      CHECK(row.institution == plan.members[i].value);
      CHECK(row.train_samples == data.train.size());
      CHECK(row.test_samples == data.test.size());
      CHECK(row.collaborative_loss == together.loss);
      CHECK(same(row.personal_auc, measured(result.model).auc));
      const bool has_auc = !std::isnan(row.personal_auc) && !std::isnan(row.collaborative_auc);
      CHECK(row.hurt ==
            ((has_auc ? row.personal_auc < row.collaborative_auc : row.personal_accuracy < row.collaborative_accuracy)
                 ? 1
                 : 0));
      CHECK(std::isnan(row.local_loss) == (i == 2));  // without a baseline of its own
    }
    CHECK(std::isnan(results[i][2].row.chosen));
    CHECK(results[i][0].row.chosen >= 0.0);
    CHECK(results[i][0].row.chosen <= 5.0);
  }
}

TEST_CASE("personal models do not depend on threads, on other methods, or on the local baseline being measured") {
  Played one(with_methods(all_methods), 1), other(with_methods(all_methods), 3),
      alone(with_methods({method("interpolate")}));
  const auto first = one.results(one.local(3)), second = other.results(), third = alone.results();
  for (std::size_t i = 0; i < first.size(); ++i) {
    for (std::size_t k = 0; k < all_methods.size(); ++k) CHECK(same_bits(first[i][k].model, second[i][k].model));
    CHECK(same_bits(first[i][4].model, third[i][0].model));
  }
}

TEST_CASE("steps that a member started and did not finish did not happen") {
  const Scenario scenario = with_methods({method("ditto")});
  Pool pool(1);
  ChainLearning learning(plan_of(scenario), pool, scenario.evaluation);
  const InstitutionId member = learning.plan().members[0];
  (void)learning.start_training(member, 0).get();
  (void)learning.personal().start_round(member);  // and its machine went down
  CHECK_FALSE(learning.personal().states(member)[0].has_value());
  (void)learning.start_training(member, 0).get();
  learning.personal().finish_round(member, learning.personal().start_round(member));
  REQUIRE(learning.personal().states(member)[0].has_value());
  Played played(scenario);
  CHECK(played.learning.personal().states(member)[0]->get().optimizer.steps ==
        2 * learning.personal().states(member)[0]->get().optimizer.steps);
}

TEST_CASE("neighbours personalize too, from models of their own") {
  Scenario scenario = with_methods({method("ditto"), method("fine_tune")});
  scenario.chains.front().collaboration.mode = "gossip";
  scenario.chains.front().consensus.payload = "off_chain";
  Played played(scenario);
  scenario.chains.front().personalization.clear();
  Played plain(scenario);
  for (const InstitutionId member : plain.plan().members) {
    CHECK(same_bits(played.learning.personal_model(member, 2), plain.learning.personal_model(member, 2)));
  }
  CHECK(played.results().size() == 3);
}

TEST_CASE("the full_sharing baseline personalizes nothing, and a method that does not fit is refused by its place") {
  const ChainPlanPointer plan = plan_of(with_methods(all_methods));
  CHECK(plan->personalizers.size() == all_methods.size());
  CHECK(with_full_sharing(*plan)->personalizers.empty());
  CHECK_THROWS_WITH_AS((void)plan_of(with_methods({method("ditto"), method("bn")})),
                       doctest::Contains("personalization.1.kind is \"bn\", which needs a model with normalisation"),
                       UsageError);
}

TEST_CASE("simulated time is charged for the sum over methods") {
  const ChainPlanPointer plan = plan_of(with_methods(all_methods));
  Pool pool(1);
  const PersonalLearning personal(plan, pool);
  const std::int64_t rows = plan->data[0].train.size(), validation = plan->data[0].validation.size();
  CHECK(personal.round_volume(plan->members[0]).trained == 3 * rows);            // ditto twice, apfl
  CHECK(personal.final_volume(plan->members[0]).trained == (5 + 5 + 2) * rows);  // fine_tune, head, interpolate
  CHECK(personal.final_volume(plan->members[0]).evaluated == (6 + 6 + 11) * validation);
}
