#include "sim/submissions.hpp"

#include <simgrid/s4u/Engine.hpp>

#include <algorithm>

#include "sim/institution.hpp"
#include "sim/learning_world.hpp"
#include "sim/patience.hpp"
#include "sim/transfer.hpp"

namespace polyclinic {

void Submissions::add(InstitutionId member, const std::vector<Submission>& submissions) {
  for (const Submission& submission : submissions) {
    const Digest id = transaction_id(submission.transaction);
    transactions_[name_of(submission.transaction)].push_back(id);
    check_later(member, id);
  }
}

void Submissions::count(InstitutionId member, NodeId validator, std::uint64_t bytes) {
  if (world_.host(member) == world_.machines().host(validator)) return;
  world_.traffic += {.bytes = bytes, .messages = 1};
}

void Submissions::send_home(InstitutionId member, const Submission& submission) {
  const NodeId home = world_.connections->home(member);
  const std::uint64_t bytes = simulated_bytes(submission);
  count(member, home, bytes);
  transfer(world_.services.wire, world_.host(member), world_.machines().host(home), bytes);
  if (world_.reachability.connects(member, Party(world_.plan().id, home))) world_.machines().submit(home, submission);
}

void Submissions::send_again(InstitutionId member, NodeId validator, const Submission& submission) {
  const std::uint64_t bytes = simulated_bytes(submission);
  count(member, validator, bytes);
  world_.services.wire.send(world_.host(member), world_.machines().host(validator), bytes,
                            [&world = world_, validator, submission] { world.machines().submit(validator, submission); });
}

double Submissions::patience_s() const { return finality_patience_s(world_.plan().config.consensus); }

void Submissions::check_later(InstitutionId member, const Digest& transaction) {
  world_.services.agenda.at(simgrid::s4u::Engine::get_clock() + patience_s(), [this, member, transaction] {
    const bool waits = std::ranges::any_of(world_.life(member).outstanding(), [&](const Submission& submission) {
      return transaction_id(submission.transaction) == transaction;
    });
    if (world_.has_ended() || !waits) return;
    if (world_.reachability.is_up(member)) world_.connections->connect_elsewhere(member);
    check_later(member, transaction);
  });
}

void Submissions::say(InstitutionId member, NodeId validator, const Submission& statement, const UpdateName& about) {
  repeat(member, validator, statement, [this, about] { return !world_.book.is_open(about); });
}

void Submissions::say_until(InstitutionId member, NodeId validator, const Submission& statement,
                            const std::function<bool()>& is_moot) {
  repeat(member, validator, statement, is_moot);
}

void Submissions::offer(InstitutionId member, NodeId validator, const Submission& submission) {
  repeat(member, validator, submission, [] { return false; });
}

void Submissions::repeat(InstitutionId member, NodeId validator, const Submission& submission,
                         const std::function<bool()>& is_moot) {
  if (world_.reachability.connects(member, Party(world_.plan().id, validator))) send_again(member, validator, submission);
  world_.services.agenda.at(simgrid::s4u::Engine::get_clock() + patience_s(), [this, member, validator, submission, is_moot] {
    if (world_.has_ended() || is_moot() || world_.watch().is_final(transaction_id(submission.transaction))) return;
    const auto validators = static_cast<std::int32_t>(world_.plan().validator_keys.size());
    repeat(member, NodeId{(validator.value + 1) % validators}, submission, is_moot);
  });
}

void Submissions::settle(const ChainNode& node, ChainSummaryRow& summary) const {
  const Digest& last = node.ledger().finalized()->hash();
  summary.updates_published = static_cast<std::int64_t>(transactions_.size());
  for (const auto& [name, parts] : transactions_) {
    if (std::ranges::all_of(parts, [&](const Digest& part) { return node.ledger().includes(part, last); })) {
      ++summary.updates_included;
      continue;
    }
    ++summary.updates_expired;
    const bool closed = name.round < world_.learner.closed_rounds();
    world_.event("expired update", closed ? "round_closed" : "run_ended",
                 fmt::format("round {}, transaction {}", name.round + 1, parts.front().short_hex()),
                 "it is in no final block", name.author);
  }
}

}  // namespace polyclinic
