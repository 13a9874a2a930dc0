#include "tests/core/collaboration/played_chain.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/learning/model_encoding.hpp"
#include "core/scenario/parse.hpp"
#include "tests/core/collaboration/small_chain.hpp"

namespace polyclinic::test {
namespace {

std::unique_ptr<ChainNode> only_node(const ChainPlan& plan) {
  ChainNodeSetup setup;
  setup.chain = plan.rules;
  setup.rounds = plan.rounds;
  setup.consensus = {NodeId{0}, 1, plan.validator_keys.front(), plan.consensus, Seed(1)};
  return std::make_unique<ChainNode>(setup);
}

Array bytes_array(const Bytes& bytes) {
  return {ElementKind::uint8, {static_cast<std::int64_t>(bytes.size())}, bytes};
}

}  // namespace

Scenario played_scenario() {
  Scenario scenario = small_scenario();
  scenario.record.ledger = "full";
  ChainConfig& chain = scenario.chains.front();
  chain.consensus.validators = 1;
  chain.rounds = 4;
  return scenario;
}

PlayedChain::PlayedChain(const Scenario& scenario, Pool& pool)
    : learning(plan_of(scenario), pool, scenario.evaluation), scenario_(scenario), node_(only_node(learning.plan())) {
  const std::size_t members = learning.plan().members.size();
  known_.assign(members, 0);
  trained_.assign(members, -1);
  nonce_.assign(members, 0);
}

void PlayedChain::play() {
  carry_out(node_->start(0.0));
  for (std::int64_t turn = 0; !node_->contract().ended(); ++turn) {
    require(turn < 200, "the chain never ended");
    const double at_s = 10.0 * static_cast<double>(turn);
    for (const InstitutionId member : learning.plan().members) take_turn(member, turn, at_s);
    ring_until(at_s + 9.0);
  }
}

void PlayedChain::take_turn(InstitutionId member, std::int64_t turn, double at_s) {
  const std::size_t position = learning.plan().position(member);
  const std::int64_t latest = node_->contract().round();
  if (learning.plan().is_asynchronous()) {
    if (turn % static_cast<std::int64_t>(position + 1) != 0) return;
    submit(member, known_[position], at_s);
    known_[position] = latest;
  } else if (trained_[position] < latest && std::ranges::binary_search(node_->contract().expected(), member)) {
    submit(member, latest, at_s);
  }
}

void PlayedChain::submit(InstitutionId member, std::int64_t round, double at_s) {
  const ChainPlan& plan = learning.plan();
  const std::size_t position = plan.position(member);
  nonce_[position] = trained_[position] == round ? nonce_[position] + 1 : 0;
  trained_[position] = round;
  const Job<RoundOutcome> job = learning.start_training(member, round, nonce_[position]);
  const RoundOutcome& outcome = job.get();
  learning.finish_training(member, round, nonce_[position], outcome);
  Transaction transaction;
  transaction.chain = plan.id;
  transaction.author = member;
  transaction.round = static_cast<std::uint32_t>(round);
  transaction.nonce = nonce_[position];
  transaction.samples = static_cast<std::uint64_t>(plan.data_of(member).train.size());
  transaction.payload_bytes = outcome.update->bytes();
  transaction.payload = outcome.update->digest();
  transaction.base = outcome.base;
  updates_.emplace(outcome.update->digest(), outcome.update);
  carry_out(node_->submit({sign(transaction, plan.member_keys[position]), outcome.update}, at_s));
}

void PlayedChain::carry_out(const Effects& effects) {
  for (const SetTimer& timer : effects.timers) timers_.emplace(timer.at_s, timer.id);
  for (const ClosedRound& round : effects.closed) {
    std::vector<SharedUpdatePointer> updates;
    for (const Transaction& update : round.updates) {
      updates.push_back(updates_.at(update.payload));
      const ByteView payload = updates.back()->payload();
      payloads_.emplace(update.payload, Bytes(payload.begin(), payload.end()));
    }
    learning.close(round, std::move(updates));
    closed.push_back(round);
  }
}

void PlayedChain::ring_until(double limit_s) {
  while (!timers_.empty() && timers_.begin()->first <= limit_s) {
    const auto [at_s, timer] = *timers_.begin();
    timers_.erase(timers_.begin());
    carry_out(node_->fire(timer, at_s));
  }
}

LedgerExport PlayedChain::exported() const {
  const ChainPlan& plan = learning.plan();
  LedgerExport exported{*plan.rules, *plan.rounds, {}, {}, payloads_, plan.consensus, encode_model(plan.initial)};
  const BlockPointer first = genesis(plan.id);
  std::vector<BlockPointer> blocks = node_->ledger().path(first->hash(), node_->ledger().finalized()->hash());
  blocks.insert(blocks.begin(), first);
  for (const BlockPointer& block : blocks) {
    exported.headers.push_back(encode(block->header()));
    std::vector<Bytes>& transactions = exported.transactions.emplace_back();
    for (const Transaction& transaction : block->transactions()) transactions.push_back(encode(transaction));
  }
  return exported;
}

ResultData PlayedChain::result() const {
  ResultData data;
  const std::string& name = learning.plan().config.name;
  data.texts["/scenario"] = to_toml(scenario_);
  data.arrays["/chains/" + name + "/ledger"] = bytes_array(encode(exported()));
  const ParameterSet model = learning.global(learning.closed_rounds()).parameters;
  for (const TensorSpec& tensor : model.layout()->tensors()) {
    const auto* numbers = reinterpret_cast<const std::byte*>(model.flat().data_ptr<float>() + tensor.offset);
    data.arrays["/models/" + name + "/global/" + tensor.name] = {
        ElementKind::float32, tensor.shape, Bytes(numbers, numbers + tensor.numel * static_cast<std::int64_t>(sizeof(float)))};
  }
  return data;
}

}  // namespace polyclinic::test
