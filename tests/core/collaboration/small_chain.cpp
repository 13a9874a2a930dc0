#include "tests/core/collaboration/small_chain.hpp"

namespace polyclinic::test {

Scenario small_scenario() {
  Scenario scenario;
  scenario.name = "small";
  InstitutionGroup group;
  group.name = "clinic";
  group.count = 3;
  scenario.groups = {group};
  ChainConfig chain;
  chain.name = "small";
  chain.rounds = 2;
  chain.data.phantom.train_rows = 90;
  chain.data.phantom.test_rows = 30;
  chain.data.phantom.size_pixels = 8;
  chain.model.kind = "logistic";
  chain.training.batch_size = 8;
  scenario.chains = {chain};
  return scenario;
}

ChainPlanPointer plan_of(const Scenario& scenario) { return plan_chain(scenario, ChainId{0}, {}); }

ChainPlanPointer chain_of(const ChainPlanPointer& plan, std::int32_t id, double from, double to) {
  auto copy = std::make_shared<ChainPlan>(*plan);
  copy->id = ChainId{id};
  copy->config.name = "chain-" + std::to_string(id);
  copy->config.data.dataset = "breastmnist";
  copy->config.data.from = from;
  copy->config.data.to = to;
  return copy;
}

void play_round(ChainLearning& learning, std::int64_t round, const std::vector<InstitutionId>& members) {
  ClosedRound closed;
  closed.round = round;
  std::vector<SharedUpdatePointer> updates;
  for (const InstitutionId member : members) {
    const Job<RoundOutcome> job = learning.start_training(member, round);
    const RoundOutcome& outcome = job.get();
    learning.finish_training(member, round, 0, outcome);
    Transaction transaction;
    transaction.author = member;
    transaction.round = static_cast<std::uint32_t>(round);
    transaction.samples = static_cast<std::uint64_t>(learning.plan().data_of(member).train.size());
    closed.updates.push_back(transaction);
    updates.push_back(outcome.update);
  }
  learning.close(closed, updates);
}

ParameterSet final_model(const Scenario& scenario, int threads) {
  Pool pool(threads);
  ChainLearning learning(plan_of(scenario), pool, scenario.evaluation);
  const std::int64_t rounds = scenario.chains.front().rounds;
  for (std::int64_t round = 0; round < rounds; ++round) play_round(learning, round, learning.plan().members);
  return learning.global(rounds).parameters;
}

bool same_bits(const ParameterSet& left, const ParameterSet& right) { return left.digest() == right.digest(); }

}  // namespace polyclinic::test
