// A member's life where updates are masked: what it says in the phases of a round, and what hides its update.
#include <algorithm>

#include "core/secure_aggregation/threshold.hpp"
#include "sim/cost_model.hpp"
#include "sim/institution.hpp"
#include "sim/interrupt.hpp"

namespace polyclinic {
namespace {

// Participants of a round.
std::int64_t round_size(const ChainPlan& plan) { return std::ssize(participants(*plan.rounds, 0)); }

TransactionKind kind_of(SecurePhase phase) {
  if (phase == SecurePhase::keys) return TransactionKind::keys;
  return phase == SecurePhase::key_shares ? TransactionKind::key_shares : TransactionKind::unmasking;
}

}  // namespace

void InstitutionLife::speak(std::int64_t round, SecurePhase phase) {
  if (!world_.learner.secure()->may_speak(self_, round, phase)) return;
  if (phase == SecurePhase::updates) {
    if (may_take_part(round)) take_part(round);
  } else if (said_ < std::pair(round, phase)) {
    say(round, phase);
    if (phase == SecurePhase::keys) synchronise(round);  // while the others' keys are on their way
  }
}

double InstitutionLife::statement_flops(std::int64_t round, SecurePhase phase) const {
  const std::int64_t shares = round_size(world_.plan());
  if (phase == SecurePhase::keys) return cost::agreement_flops(2);
  if (phase != SecurePhase::key_shares) return 0.0;
  const std::int64_t others = std::max<std::int64_t>(1, world_.learner.secure()->speakers(round, SecurePhase::keys)) - 1;
  return cost::agreement_flops(others) +
         cost::sharing_flops(shares, share_threshold(world_.plan().rounds->secure.threshold, shares));
}

void InstitutionLife::say(std::int64_t round, SecurePhase phase) {
  if (phase == SecurePhase::key_shares) fetch_statements(round, SecurePhase::keys);
  compute(statement_flops(round, phase) + cost::signing_flops(1));
  const ChainPlan& plan = world_.plan();
  if (!world_.learner.secure()->may_speak(self_, round, phase)) return;  // the round has closed meanwhile
  const SharedUpdatePointer bytes = world_.learner.secure()->statement(self_, round, phase);
  Transaction statement;
  statement.chain = plan.id;
  statement.author = self_;
  statement.kind = kind_of(phase);
  statement.round = static_cast<std::uint32_t>(round);
  statement.payload_bytes = bytes->bytes();
  statement.payload = bytes->digest();
  const Submission submission{sign(statement, plan.member_keys[plan.position(self_)]), bytes};
  said_ = {round, phase};
  world_.submissions.say_until(self_, world_.connections->home(self_), submission,
                               [&world = world_, round] { return world.learner.closed_rounds() > round; });
  did("agree", round);
}

void InstitutionLife::fetch_statements(std::int64_t round, SecurePhase phase) {
  const std::uint64_t bytes = world_.learner.secure()->bytes_of_others(self_, round, phase);
  if (bytes > 0) fetch_from({{reachable_home(), bytes}});
}

// From here on it is a sum's part, and no update by itself. In the clear it never leaves.
bool InstitutionLife::hide(std::int64_t round, RoundOutcome& outcome) {
  fetch_statements(round, SecurePhase::key_shares);
  SecureRounds& secure = *world_.learner.secure();
  if (!secure.may_speak(self_, round, SecurePhase::updates)) return false;
  const Job<SharedUpdatePointer> job = world_.learner.start_masking(self_, round, outcome.update);
  const std::int64_t members = secure.speakers(round, SecurePhase::key_shares);
  outcome.update = await(job);
  outcome.egress.bytes = outcome.update->bytes();
  compute(cost::agreement_flops(members - 1) + cost::masking_flops(members, outcome.update->bytes()));
  return true;
}

// Of a closed round's sum: the self masks of those who count, and what those who dropped out have left in it.
double InstitutionLife::recovery_flops(const RoundContent& content) const {
  const ChainPlan& plan = world_.plan();
  if (!plan.masks_updates() || content.payloads.empty()) return 0.0;
  const std::int64_t counted = std::ssize(content.payloads);
  const std::int64_t pairs = content.dropped * counted;
  const std::int64_t threshold = share_threshold(plan.rounds->secure.threshold, round_size(plan));
  return cost::opening_flops(counted + content.dropped, threshold) + cost::agreement_flops(pairs + content.dropped) +
         cost::masking_flops(counted + pairs, content.payloads.front().bytes);
}

}  // namespace polyclinic
