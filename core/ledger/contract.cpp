#include "core/ledger/contract.hpp"

#include <algorithm>
#include <limits>
#include <ranges>

#include "core/base/error.hpp"

namespace polyclinic {

std::vector<InstitutionId> participants(const RoundRules& rules, std::int64_t round) {
  const auto members = static_cast<std::int64_t>(rules.members.size());
  if (rules.cyclic && members > 0) return {rules.members[static_cast<std::size_t>(round % members)]};
  if (rules.participants <= 0 || rules.participants >= members) return rules.members;
  std::vector<InstitutionId> chosen;
  Random random(rules.seed / "participants" / round);
  for (const std::int64_t index : random.sample(members, rules.participants)) {
    chosen.push_back(rules.members[static_cast<std::size_t>(index)]);
  }
  return chosen;
}

RoundContract::RoundContract(std::shared_ptr<const RoundRules> rules) : rules_(std::move(rules)) {
  require(!rules_->members.empty() || rules_->rounds == 0, "chain {} has {} rounds but no members",
          rules_->chain.value, rules_->rounds);
  if (!ended()) expected_ = participants(*rules_, round_);
}

RoundContract::Step RoundContract::apply(const BlockPointer& block) {
  Step step;
  for (const Transaction& transaction : block->transactions()) {
    Verdict verdict = judge(transaction);
    if (verdict.accepted()) {
      accepted_.emplace(transaction.author, transaction);
    } else {
      step.rejected.push_back({transaction, std::move(verdict)});
    }
  }
  if (!ended() && closes_at(block->header().time_s)) step.closed = close(block);
  return step;
}

double RoundContract::deadline_s() const {
  const bool waits = !ended() && rules_->deadline_s > 0.0 && has_quorum();
  return waits ? opened_s_ + rules_->deadline_s : std::numeric_limits<double>::infinity();
}

Verdict RoundContract::judge(const Transaction& transaction) const {
  if (ended()) return {Rejection::round_closed, fmt::format("update for round {} after the last", transaction.round)};
  if (transaction.round != round_) {
    return {Rejection::round_closed, fmt::format("update for round {} while round {} is open", transaction.round, round_)};
  }
  if (!std::ranges::binary_search(expected_, transaction.author)) {
    return {Rejection::not_a_participant,
            fmt::format("institution {} does not take part in round {}", transaction.author.value, round_)};
  }
  if (accepted_.contains(transaction.author)) {
    return {Rejection::second_update_of_round,
            fmt::format("institution {} has given its update of round {}", transaction.author.value, round_)};
  }
  return {};
}

bool RoundContract::closes_at(double block_s) const {
  return accepted_.size() == expected_.size() || block_s + time_tolerance_s >= deadline_s();
}

// Without a quorum of its own a round waits for everybody, whatever its deadline.
bool RoundContract::has_quorum() const {
  return rules_->min_updates > 0 && static_cast<std::int64_t>(accepted_.size()) >= rules_->min_updates;
}

ClosedRound RoundContract::close(const BlockPointer& block) {
  ClosedRound closed{round_, {}, block, opened_s_};
  for (const Transaction& update : accepted_ | std::views::values) closed.updates.push_back(update);
  accepted_.clear();
  opened_s_ = block->header().time_s;
  ++round_;
  if (!ended()) expected_ = participants(*rules_, round_);
  return closed;
}

}  // namespace polyclinic
