#include "tests/core/collaboration/masked_chain.hpp"

#include "core/base/error.hpp"
#include "tests/core/collaboration/small_chain.hpp"

namespace polyclinic::test {

Scenario MaskedChain::scenario(std::int64_t members) {
  Scenario scenario = small_scenario();
  scenario.groups.front().count = members;
  scenario.chains.front().data.phantom.train_rows = 30 * members;
  scenario.chains.front().partition.kind = "quantity";
  scenario.chains.front().secure_aggregation = {.enabled = true, .threshold = 2.0 / 3.0};
  return scenario;
}

MaskedChain::MaskedChain(const Scenario& scenario, Pool& pool) : learning(plan_of(scenario), pool, scenario.evaluation) {}

Transaction MaskedChain::said(InstitutionId member, TransactionKind kind, const SharedUpdatePointer& bytes) {
  Transaction transaction;
  transaction.author = member;
  transaction.kind = kind;
  transaction.round = static_cast<std::uint32_t>(round_);
  transaction.payload = bytes->digest();
  transaction.payload_bytes = bytes->bytes();
  payloads[bytes->digest()] = bytes;
  return transaction;
}

void MaskedChain::play_round(const std::map<InstitutionId, SecurePhase>& silent_from) {
  SecureRounds& secure = *learning.secure();
  closed = {};
  closed.round = round_;
  plain.clear();
  const auto speakers = [&](SecurePhase phase) {
    std::vector<InstitutionId> present;
    for (const InstitutionId member : learning.plan().members) {
      const auto silent = silent_from.find(member);
      const bool speaks = silent == silent_from.end() || phase < silent->second;
      if (speaks && secure.may_speak(member, round_, phase)) present.push_back(member);
    }
    return present;
  };
  const auto hear = [&](SecurePhase phase, TransactionKind kind) {
    std::vector<Transaction> statements;
    for (const InstitutionId member : speakers(phase)) statements.push_back(said(member, kind, secure.statement(member, round_, phase)));
    if (phase != SecurePhase::unmasking) require(secure.note({round_, phase, statements, nullptr}), "a phase was over before with others");
    closed.statements.insert(closed.statements.end(), statements.begin(), statements.end());
  };
  hear(SecurePhase::keys, TransactionKind::keys);
  hear(SecurePhase::key_shares, TransactionKind::key_shares);
  std::vector<SharedUpdatePointer> updates;
  for (const InstitutionId member : speakers(SecurePhase::updates)) {
    const RoundOutcome outcome = learning.start_training(member, round_).get();
    plain[member] = outcome.update;
    updates.push_back(learning.start_masking(member, round_, outcome.update).get());
    learning.finish_training(member, round_, 0, outcome);
    closed.updates.push_back(said(member, TransactionKind::update, updates.back()));
  }
  require(secure.note({round_, SecurePhase::updates, closed.updates, nullptr}), "a phase was over before with others");
  hear(SecurePhase::unmasking, TransactionKind::unmasking);
  learning.close(closed, updates);
  ++round_;
}

}  // namespace polyclinic::test
