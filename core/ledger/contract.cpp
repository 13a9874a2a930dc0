#include "core/ledger/contract.hpp"

#include <algorithm>
#include <map>

#include "core/base/error.hpp"
#include "core/ledger/contract_mode.hpp"
#include "core/ledger/contract_proposal.hpp"
#include "core/ledger/contract_receipts.hpp"

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

std::vector<InstitutionId> keepers_of(const RoundRules& rules, InstitutionId author) {
  const auto members = std::ssize(rules.members);
  const auto position = std::ranges::lower_bound(rules.members, author) - rules.members.begin();
  std::vector<InstitutionId> keepers;
  for (std::int64_t i = 1; i <= std::min<std::int64_t>(rules.keepers, members - 1); ++i) {
    keepers.push_back(rules.members[static_cast<std::size_t>((position + i) % members)]);
  }
  return keepers;
}

Topology topology_of(const RoundRules& rules) {
  return make_topology(rules.topology, static_cast<std::int64_t>(rules.members.size()), rules.seed / "topology");
}

// What is on the chain of rounds that have not closed, and of those that have, what must be remembered of it.
class RoundContract::State {
 public:
  explicit State(std::shared_ptr<const RoundRules> rules)
      : rules_(rules),
        conditions_{.scorers = rules->scorers.size(), .receipt = rules->keepers > 0},
        mode_(make_contract_mode(std::move(rules))) {}

  [[nodiscard]] const ContractMode& mode() const { return *mode_; }
  [[nodiscard]] bool ended() const { return mode_->round() >= rules_->rounds; }

  void apply(const Transaction& transaction, const Digest& id, Step& step) {
    reject_unless(take(transaction, id, step), transaction, step);
  }

  void advance(const BlockPointer& block, Step& step) {
    if (std::optional<ClosedPhase> closed = mode_->advance(block)) step.phases.push_back(*std::move(closed));
  }

  void close(const BlockPointer& block, Step& step) {
    step.closed.push_back(mode_->close(block));
    for (auto next = proposals_.begin(); next != proposals_.end();) next = settle(next, step);
    forget_decided();
    for (const Transaction& receipt : early_.take_before(ended() ? mode_->round() : mode_->oldest())) {
      reject_unless(names_nothing(receipt), receipt, step);
    }
  }

 private:
  using Proposals = std::map<UpdateKey, Proposal>;

  static void reject_unless(const Verdict& verdict, const Transaction& transaction, Step& step) {
    if (!verdict.accepted()) step.rejected.push_back({transaction, verdict});
  }

  static Verdict names_nothing(const Transaction& statement) {
    return {Rejection::unknown_update, fmt::format("{} is no recorded update", statement.payload.short_hex())};
  }

  [[nodiscard]] Verdict take(const Transaction& transaction, const Digest& id, Step& step) {
    switch (transaction.kind) {
      case TransactionKind::update: return record(transaction, id, step);
      case TransactionKind::score: return vote(transaction, step);
      case TransactionKind::receipt: return receive(transaction, step);
      case TransactionKind::keys:
      case TransactionKind::key_shares:
      case TransactionKind::unmasking: return mode_->hear(transaction);
      case TransactionKind::auxiliary:
      case TransactionKind::relay:
      case TransactionKind::synthetic: break;
    }
    return {};
  }

  [[nodiscard]] Verdict judge(const Transaction& update) const {
    if (ended()) return {Rejection::round_closed, fmt::format("update for round {} after the last", update.round + 1)};
    if (update.part >= update.parts) {
      return {Rejection::malformed_part, fmt::format("part {} of {}", update.part, update.parts)};
    }
    return mode_->judge(update);
  }

  [[nodiscard]] Verdict record(const Transaction& update, const Digest& id, Step& step) {
    if (Verdict verdict = judge(update); !verdict.accepted()) return verdict;
    const UpdateKey key = mode_->key(update);
    if (decided_.contains(key)) {
      return {Rejection::second_update_of_round, fmt::format("institution {} has given update {} of round {}",
                                                             update.author.value, update.nonce, update.round + 1)};
    }
    Proposal& proposal = proposals_.try_emplace(key, conditions_).first->second;
    Verdict verdict = proposal.add(update, id);
    if (verdict.accepted() && proposal.whole()) admit(key, proposal, step);
    return verdict;
  }

  void admit(const UpdateKey& key, Proposal& proposal, Step& step) {
    ids_.emplace(proposal.id(), key);
    for (const Transaction& receipt : early_.take(proposal.id())) {
      reject_unless(vouch(receipt, proposal), receipt, step);
    }
    if (conditions_.scorers > 0) step.awaiting_scores.push_back({proposal.id(), proposal.update()});
    conclude(proposal, step);
  }

  // An update that was recorded is open, or decided in this round, or (null) in one that has closed.
  [[nodiscard]] Proposal* find(const UpdateKey& key) {
    const auto found = proposals_.find(key);
    return found == proposals_.end() ? nullptr : &found->second;
  }

  [[nodiscard]] Verdict vote(const Transaction& score, Step& step) {
    if (!std::ranges::binary_search(rules_->scorers, score.author)) {
      return {Rejection::not_a_scorer, fmt::format("institution {} has no vote", score.author.value)};
    }
    const auto named = ids_.find(score.payload);
    if (named == ids_.end()) return score.round < mode_->round() ? Verdict{} : names_nothing(score);
    Proposal* proposal = find(named->second);
    if (proposal == nullptr) return {};
    Verdict verdict = proposal->vote(score.author, score.samples == 1);
    conclude(*proposal, step);
    return verdict;
  }

  [[nodiscard]] Verdict receive(const Transaction& receipt, Step& step) {
    if (!conditions_.receipt) return keeps_nothing(receipt.author);
    if (ended()) return {};
    const auto named = ids_.find(receipt.payload);
    if (named == ids_.end()) return receive_early(receipt);
    Proposal* proposal = find(named->second);
    if (proposal == nullptr) return {};
    Verdict verdict = vouch(receipt, *proposal);
    conclude(*proposal, step);
    return verdict;
  }

  // No honest keeper has a payload of a round that has not begun.
  [[nodiscard]] Verdict receive_early(const Transaction& receipt) {
    if (receipt.round < mode_->oldest()) return {};
    if (receipt.round > mode_->round()) return names_nothing(receipt);
    early_.add(receipt);
    return {};
  }

  [[nodiscard]] Verdict vouch(const Transaction& receipt, Proposal& proposal) const {
    const std::vector<InstitutionId> keepers = keepers_of(*rules_, proposal.update().author);
    if (std::ranges::find(keepers, receipt.author) == keepers.end()) return keeps_nothing(receipt.author);
    proposal.vouch();
    return {};
  }

  static Verdict keeps_nothing(InstitutionId institution) {
    return {Rejection::not_a_keeper, fmt::format("institution {} keeps no copy of it", institution.value)};
  }

  // Once: what has been decided stays so.
  void conclude(Proposal& proposal, Step& step) {
    if (proposal.decision() != Decision::open || proposal.decide() == Decision::open) return;
    const bool counts = proposal.decision() == Decision::counts;
    mode_->decide(proposal.update(), counts);
    if (counts) return step.counted.push_back({proposal.id(), proposal.update()});
    step.rejected.push_back(
        {proposal.update(),
         {Rejection::outvoted, fmt::format("{} of {} scorers are against it", proposal.against(), conditions_.scorers)}});
  }

  // Of a proposal at the end of a round stays what still matters: all of it, its key, or nothing.
  Proposals::iterator settle(Proposals::iterator place, Step& step) {
    const auto& [key, proposal] = *place;
    if (proposal.decision() != Decision::open && !ended()) {
      decided_.emplace(key, proposal.id());
      return proposals_.erase(place);
    }
    if (proposal.decision() == Decision::open) {
      const Verdict verdict = judge(proposal.update());
      if (verdict.accepted()) return std::next(place);
      step.rejected.push_back({proposal.update(), given_up(proposal, verdict)});
    }
    ids_.erase(proposal.id());
    return proposals_.erase(place);
  }

  static Verdict given_up(const Proposal& proposal, const Verdict& verdict) {
    return {proposal.lacks_receipt() ? Rejection::payload_unavailable : verdict.reason,
            verdict.detail + ", " + proposal.progress()};
  }

  void forget_decided() {
    const auto last = decided_.lower_bound({mode_->oldest(), InstitutionId{}, 0});
    for (auto old = decided_.begin(); old != last; ++old) ids_.erase(old->second);
    decided_.erase(decided_.begin(), last);
  }

  std::shared_ptr<const RoundRules> rules_;
  Conditions conditions_;  // of every update
  std::unique_ptr<ContractMode> mode_;
  Proposals proposals_;
  std::map<Digest, UpdateKey> ids_;      // of whole proposals, and of what is in decided_
  std::map<UpdateKey, Digest> decided_;  // in rounds that have closed, as long as their like would be accepted
  EarlyReceipts early_;
};

RoundContract::RoundContract(std::shared_ptr<const RoundRules> rules) : rules_(std::move(rules)) {
  require(!rules_->members.empty() || rules_->rounds == 0, "chain {} has {} rounds but no members", rules_->chain.value,
          rules_->rounds);
  state_ = std::make_unique<State>(rules_);
}
RoundContract::~RoundContract() = default;
RoundContract::RoundContract(RoundContract&&) noexcept = default;
RoundContract& RoundContract::operator=(RoundContract&&) noexcept = default;

RoundContract::Step RoundContract::apply(const BlockPointer& block) {
  Step step;
  for (std::size_t i = 0; i < block->transactions().size(); ++i) {
    state_->apply(block->transactions()[i], block->transaction_ids()[i], step);
    if (!ended() && state_->mode().closes_within()) state_->close(block, step);
  }
  if (!ended()) state_->advance(block, step);
  if (!ended() && state_->mode().closes_after(block->header().time_s)) state_->close(block, step);
  return step;
}

std::int64_t RoundContract::round() const { return state_->mode().round(); }
const std::vector<InstitutionId>& RoundContract::expected() const { return state_->mode().expected(); }
double RoundContract::deadline_s() const { return state_->mode().deadline_s(); }
std::optional<SecurePhase> RoundContract::phase() const { return state_->mode().phase(); }
double RoundContract::due_s() const { return state_->mode().due_s(); }

}  // namespace polyclinic
