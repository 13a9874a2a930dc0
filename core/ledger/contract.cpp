#include "core/ledger/contract.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "core/base/error.hpp"
#include "core/ledger/contract_mode.hpp"
#include "core/ledger/contract_proposal.hpp"

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

Topology topology_of(const RoundRules& rules) {
  return make_topology(rules.topology, static_cast<std::int64_t>(rules.members.size()), rules.seed / "topology");
}

// What is on the chain of rounds that have not closed, and of those that have, what must be remembered of it.
class RoundContract::State {
 public:
  explicit State(std::shared_ptr<const RoundRules> rules) : rules_(rules), mode_(make_contract_mode(std::move(rules))) {}

  [[nodiscard]] const ContractMode& mode() const { return *mode_; }
  [[nodiscard]] bool ended() const { return mode_->round() >= rules_->rounds; }

  void apply(const Transaction& transaction, const Digest& id, Step& step) {
    const Verdict verdict =
        transaction.kind == TransactionKind::score ? vote(transaction, step) : record(transaction, id, step);
    if (!verdict.accepted()) step.rejected.push_back({transaction, verdict});
  }

  void close(const BlockPointer& block, Step& step) {
    step.closed.push_back(mode_->close(block));
    for (auto next = proposals_.begin(); next != proposals_.end();) next = settle(next, step);
    decided_.erase(decided_.begin(), decided_.lower_bound({mode_->oldest(), InstitutionId{}, 0}));
  }

 private:
  using Proposals = std::map<UpdateKey, Proposal>;

  [[nodiscard]] Verdict judge(const Transaction& update) const {
    if (ended()) return {Rejection::round_closed, fmt::format("update for round {} after the last", update.round)};
    if (update.part >= update.parts) {
      return {Rejection::malformed_part, fmt::format("part {} of {}", update.part, update.parts)};
    }
    return mode_->judge(update);
  }

  [[nodiscard]] Verdict record(const Transaction& update, const Digest& id, Step& step) {
    if (Verdict verdict = judge(update); !verdict.accepted()) return verdict;
    const UpdateKey key = mode_->key(update);
    if (decided_.contains(key)) {
      return {Rejection::second_update_of_round,
              fmt::format("institution {} has given update {} of round {}", update.author.value, update.nonce, update.round)};
    }
    Proposal& proposal = proposals_[key];
    Verdict verdict = proposal.add(update, id);
    if (verdict.accepted() && proposal.whole()) admit(key, proposal, step);
    return verdict;
  }

  void admit(const UpdateKey& key, Proposal& proposal, Step& step) {
    if (rules_->scorers.empty()) {
      proposal.decide(true);
      mode_->decide(proposal.update(), true);
      return;
    }
    ids_.emplace(proposal.id(), key);
    step.awaiting_scores.push_back({proposal.id(), proposal.update()});
  }

  [[nodiscard]] Verdict vote(const Transaction& score, Step& step) {
    if (!std::ranges::binary_search(rules_->scorers, score.author)) {
      return {Rejection::not_a_scorer, fmt::format("institution {} has no vote", score.author.value)};
    }
    const auto named = ids_.find(score.payload);
    if (named == ids_.end()) {
      if (score.round < mode_->round()) return {};
      return {Rejection::unknown_update, fmt::format("{} is no recorded update", score.payload.short_hex())};
    }
    Proposal& proposal = proposals_.at(named->second);
    const bool was_open = proposal.decision() == Decision::open;
    Verdict verdict = proposal.vote(score.author, score.samples == 1, rules_->scorers.size());
    if (was_open && proposal.decision() != Decision::open) conclude(proposal, step);
    return verdict;
  }

  void conclude(const Proposal& proposal, Step& step) {
    const bool counts = proposal.decision() == Decision::counts;
    mode_->decide(proposal.update(), counts);
    if (counts) return;
    step.rejected.push_back({proposal.update(), {Rejection::outvoted, fmt::format("{} of {} scorers are against it",
                                                                                  proposal.against(),
                                                                                  rules_->scorers.size())}});
  }

  // Of a proposal at the end of a round stays what still matters: all of it, its key, or nothing.
  Proposals::iterator settle(Proposals::iterator place, Step& step) {
    const auto& [key, proposal] = *place;
    if (proposal.decision() != Decision::open) {
      if (!ended()) decided_.insert(key);
    } else {
      Verdict verdict = judge(proposal.update());
      if (verdict.accepted()) return std::next(place);
      verdict.detail += ", " + proposal.progress();
      step.rejected.push_back({proposal.update(), std::move(verdict)});
    }
    ids_.erase(proposal.id());
    return proposals_.erase(place);
  }

  std::shared_ptr<const RoundRules> rules_;
  std::unique_ptr<ContractMode> mode_;
  Proposals proposals_;
  std::map<Digest, UpdateKey> ids_;  // of whole proposals, where there are scorers
  std::set<UpdateKey> decided_;      // in rounds that have closed, as long as their like would be accepted
};

RoundContract::RoundContract(std::shared_ptr<const RoundRules> rules) : rules_(std::move(rules)) {
  require(!rules_->members.empty() || rules_->rounds == 0, "chain {} has {} rounds but no members",
          rules_->chain.value, rules_->rounds);
  state_ = std::make_unique<State>(rules_);
}
RoundContract::~RoundContract() = default;
RoundContract::RoundContract(RoundContract&&) noexcept = default;
RoundContract& RoundContract::operator=(RoundContract&&) noexcept = default;

RoundContract::Step RoundContract::apply(const BlockPointer& block) {
  Step step;
  for (std::size_t i = 0; i < block->transactions().size(); ++i) {
    if (block->transactions()[i].kind == TransactionKind::synthetic) continue;
    state_->apply(block->transactions()[i], block->transaction_ids()[i], step);
    if (!ended() && state_->mode().closes_within()) state_->close(block, step);
  }
  if (!ended() && state_->mode().closes_after(block->header().time_s)) state_->close(block, step);
  return step;
}

std::int64_t RoundContract::round() const { return state_->mode().round(); }
const std::vector<InstitutionId>& RoundContract::expected() const { return state_->mode().expected(); }
double RoundContract::deadline_s() const { return state_->mode().deadline_s(); }
double RoundContract::due_s() const { return state_->mode().due_s(); }

}  // namespace polyclinic
