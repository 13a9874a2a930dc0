// The phases of a round with masked updates: who is asked for what, and until when.
#include "core/ledger/contract.hpp"
#include "core/ledger/verification.hpp"
#include "tests/core/ledger/chain_network.hpp"
#include "tests/core/ledger/contract_update.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

constexpr double phase_s = 30.0;

// Members 0, 1, ...; a quorum of ceil(2/3 * members).
RoundContract contract_of(std::int32_t members, std::int64_t min_updates = 0, double deadline_s = 0.0) {
  RoundRules rules;
  rules.chain = ChainId{0};
  rules.rounds = 2;
  rules.min_updates = min_updates;
  rules.deadline_s = deadline_s;
  rules.secure = {2.0 / 3.0, phase_s};
  for (std::int32_t member = 0; member < members; ++member) rules.members.push_back(InstitutionId{member});
  return RoundContract(std::make_shared<const RoundRules>(rules));
}

Transaction said(TransactionKind kind, std::int32_t author, std::uint32_t round = 0) {
  Transaction statement = from(author, round);
  statement.kind = kind;
  return statement;
}

std::vector<Transaction> by(TransactionKind kind, const std::vector<std::int32_t>& authors, std::uint32_t round = 0) {
  std::vector<Transaction> statements;
  for (const std::int32_t author : authors) statements.push_back(said(kind, author, round));
  return statements;
}

BlockPointer block(double time_s, std::vector<Transaction> transactions) {
  Header header;
  header.time_s = time_s;
  return std::make_shared<const Block>(header, std::move(transactions));
}

std::vector<std::int32_t> authors(const std::vector<Transaction>& statements) {
  std::vector<std::int32_t> found;
  for (const Transaction& statement : statements) found.push_back(statement.author.value);
  return found;
}

std::vector<std::int32_t> expected(const RoundContract& contract) {
  std::vector<std::int32_t> found;
  for (const InstitutionId member : contract.expected()) found.push_back(member.value);
  return found;
}

Rejection only_rejection(const RoundContract::Step& step) {
  REQUIRE(step.rejected.size() == 1);
  return step.rejected[0].verdict.reason;
}

using Authors = std::vector<std::int32_t>;
using enum TransactionKind;

}  // namespace

TEST_CASE("where everybody speaks in time each phase is over with its last statement, the round with the quorum's unmaskings") {
  RoundContract contract = contract_of(3);
  const Authors all{0, 1, 2};
  CHECK(contract.phase() == SecurePhase::keys);
  CHECK(contract.apply(block(10, by(keys, {2, 0}))).phases.empty());
  RoundContract::Step step = contract.apply(block(20, by(keys, {1})));
  REQUIRE(step.phases.size() == 1);
  CHECK(step.phases[0].phase == SecurePhase::keys);
  CHECK(authors(step.phases[0].statements) == all);
  CHECK(contract.phase() == SecurePhase::key_shares);
  CHECK(contract.apply(block(30, by(key_shares, all))).phases.size() == 1);
  CHECK(contract.phase() == SecurePhase::updates);
  CHECK(contract.apply(block(40, by(update, all))).phases.size() == 1);
  CHECK(contract.phase() == SecurePhase::unmasking);
  CHECK(contract.apply(block(50, by(unmasking, {1}))).closed.empty());
  step = contract.apply(block(60, by(unmasking, {0})));
  REQUIRE(step.closed.size() == 1);
  CHECK(authors(step.closed[0].updates) == all);
  CHECK((authors(step.closed[0].statements) == Authors{0, 1, 2, 0, 1, 2, 0, 1}));  // keys, shares, unmaskings
  CHECK(step.closed[0].opened_s == 0.0);
  CHECK(contract.round() == 1);
  CHECK(contract.phase() == SecurePhase::keys);
  step = contract.apply(block(70, by(unmasking, {2})));  // more than the quorum
  CHECK(step.rejected.empty());
  CHECK(step.closed.empty());
}

// Quorum 4 of 6: the phase waits 30 s from the block with the fourth, and the next one asks those who spoke.
TEST_CASE("a phase waits for those who are late from its quorum on, and goes on without them") {
  RoundContract contract = contract_of(6);
  CHECK(contract.apply(block(10, by(keys, {0, 1, 2}))).phases.empty());
  CHECK(contract.deadline_s() == std::numeric_limits<double>::infinity());
  CHECK(contract.apply(block(100, {})).phases.empty());  // without a quorum it waits for ever
  CHECK(contract.apply(block(110, by(keys, {4}))).phases.empty());
  CHECK(contract.deadline_s() == 110 + phase_s);
  CHECK(contract.apply(block(139, by(keys, {5}))).phases.empty());
  CHECK(contract.apply(block(140, {})).phases.size() == 1);
  CHECK((expected(contract) == Authors{0, 1, 2, 4, 5}));
  CHECK(only_rejection(contract.apply(block(150, by(keys, {3})))) == Rejection::round_closed);
  CHECK(only_rejection(contract.apply(block(151, by(key_shares, {3})))) == Rejection::not_a_participant);
}

TEST_CASE("an update that comes after its phase is over is no part of the sum, and stays out") {
  RoundContract contract = contract_of(3);
  (void)contract.apply(block(10, by(keys, {0, 1, 2})));
  (void)contract.apply(block(20, by(key_shares, {0, 1, 2})));
  (void)contract.apply(block(30, by(update, {0, 1})));
  CHECK(contract.apply(block(60, {})).phases.size() == 1);
  CHECK(only_rejection(contract.apply(block(70, by(update, {2})))) == Rejection::round_closed);
  CHECK(only_rejection(contract.apply(block(71, by(unmasking, {2})))) == Rejection::not_a_participant);
  const RoundContract::Step step = contract.apply(block(80, by(unmasking, {0, 1})));
  REQUIRE(step.closed.size() == 1);
  CHECK((authors(step.closed[0].updates) == Authors{0, 1}));
}

// Updates close at the deadline, 50 s after the round opened at 0, though phase_s would last until 35 + 30.
TEST_CASE("the deadline ends the phase of updates early, once it has its quorum") {
  RoundContract contract = contract_of(3, 2, 50.0);
  (void)contract.apply(block(10, by(keys, {0, 1, 2})));
  (void)contract.apply(block(20, by(key_shares, {0, 1, 2})));
  (void)contract.apply(block(35, by(update, {0, 1})));
  CHECK(contract.deadline_s() == 50.0);
  CHECK(contract.apply(block(50, {})).phases.size() == 1);
}

TEST_CASE("min_updates beyond the threshold is the quorum of updates") {
  RoundContract contract = contract_of(3, 3, 50.0);
  (void)contract.apply(block(10, by(keys, {0, 1, 2})));
  (void)contract.apply(block(20, by(key_shares, {0, 1, 2})));
  CHECK(contract.apply(block(90, by(update, {0, 1}))).phases.empty());
  CHECK(contract.apply(block(91, by(update, {2}))).phases.size() == 1);
}

TEST_CASE("statements out of turn, of strangers, or a second time with other bytes are rejected") {
  RoundContract contract = contract_of(3);
  CHECK(only_rejection(contract.apply(block(1, by(update, {0})))) == Rejection::round_closed);
  CHECK(only_rejection(contract.apply(block(2, by(keys, {0}, 1)))) == Rejection::round_closed);
  CHECK(only_rejection(contract.apply(block(3, by(keys, {7})))) == Rejection::not_a_participant);
  (void)contract.apply(block(4, by(keys, {0})));
  CHECK(contract.apply(block(5, by(keys, {0}))).rejected.empty());  // the same once more changes nothing
  Transaction other = said(keys, 0);
  other.payload.bytes[5] = 1;
  CHECK(only_rejection(contract.apply(block(6, {other}))) == Rejection::second_update_of_round);
  CHECK((expected(contract) == Authors{0, 1, 2}));
}

TEST_CASE("on a chain without masks nobody is asked for keys") {
  RoundRules rules;
  rules.chain = ChainId{0};
  rules.rounds = 1;
  rules.members = {InstitutionId{0}};
  RoundContract contract(std::make_shared<const RoundRules>(rules));
  CHECK_FALSE(contract.phase().has_value());
  CHECK(only_rejection(contract.apply(block(1, by(keys, {0})))) == Rejection::not_a_participant);
}

TEST_CASE("the rules of secure aggregation come back from an exported ledger") {
  testing::ChainPlan plan;
  plan.rounds.secure = {0.75, 12.0};
  const LedgerExport exported = testing::ChainNetwork(plan).exported(0, false);
  const LedgerExport back = decode_ledger(encode(exported));
  CHECK(back.rounds.secure.threshold == 0.75);
  CHECK(back.rounds.secure.phase_s == 12.0);
  CHECK((encode(back) == encode(exported)));
}
