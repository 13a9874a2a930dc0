#include "core/ledger/pbft_agreement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/ledger/pbft_validity.hpp"
#include "core/ledger/proposing.hpp"

namespace polyclinic::pbft {
namespace {

constexpr std::uint64_t doublings = 10;  // of the timeout
constexpr double repeat_timeouts = 2.0;

}  // namespace

double first_timeout_s(const ConsensusRules& rules) {
  return rules.timeout_s > 0.0 ? rules.timeout_s : std::max(1.0, 2.0 * rules.block_interval_s);
}

Agreement::Agreement(const ConsensusSetup& setup)
    : setup_(setup),
      quorum_(quorum(setup.validators)),
      timeout_s_(first_timeout_s(setup.rules)),
      volatile_(setup.validators) {}

void Agreement::begin(std::uint64_t height) {
  durable_.begin(height);
  volatile_ = Volatile(setup_.validators);
  decision_ = nullptr;
}

void Agreement::restart(const Now& now) {
  volatile_ = Volatile(setup_.validators);
  if (durable_.accepted) {
    recount_own_votes();
  } else if (durable_.round > 0) {
    announce(now);
  }
}

Actions Agreement::take() { return std::exchange(actions_, {}); }

bool Agreement::is_proposer(std::uint64_t round) const {
  return proposer(durable_.height, round, setup_.validators) == setup_.self;
}

NodeId Agreement::current_proposer() const { return proposer(durable_.height, durable_.round, setup_.validators); }

bool Agreement::is_under_way() const {
  return durable_.accepted || durable_.round > 0 || durable_.prepared || volatile_.seen;
}

double Agreement::earliest_s(const Now& now) const { return now.parent().header().time_s + setup_.rules.block_interval_s; }

double Agreement::due_s(const Now& now) const { return block_due_s(now.view, now.parent(), setup_.rules.block_interval_s); }

// ---- what is wanted ----

void Agreement::pursue(const Now& now) {
  if (decision_ || (durable_.accepted && volatile_.round_end_s)) return;
  if (durable_.round == 0 && !durable_.accepted) {
    const double due = due_s(now);
    if (is_proposer(0)) propose_when_due(now, due, {});
    if (!std::isinf(due) && !is_under_way()) run_round_timer(std::max(now.at_s, due));
  } else if (!durable_.accepted) {
    propose_after_change(now);
  }
  if (is_under_way() && !volatile_.round_end_s && !decision_) run_round_timer(now.at_s);
}

// A timer that would end earlier stays.
void Agreement::run_round_timer(double begin_s) {
  const double end_s = begin_s + std::ldexp(timeout_s_, static_cast<int>(std::min(durable_.round, doublings)));
  if (volatile_.round_end_s && *volatile_.round_end_s <= end_s + time_tolerance_s) return;
  volatile_.round_end_s = end_s;
  actions_.emplace_back(SetTimer{round_timer, end_s});
}

void Agreement::propose_when_due(const Now& now, double due, std::vector<RoundChangePointer> changes) {
  if (now.at_s + time_tolerance_s >= due) return propose(now, std::move(changes));
  if (std::isinf(due) || volatile_.propose_at_s == due) return;
  volatile_.propose_at_s = due;
  actions_.emplace_back(SetTimer{propose_timer, due});
}

void Agreement::propose_after_change(const Now& now) {
  if (durable_.accepted || durable_.round == 0 || !is_proposer(durable_.round)) return;
  std::vector<RoundChangePointer> changes = volatile_.changes_to(durable_.round);
  if (std::ssize(changes) < quorum_) return;
  changes.resize(static_cast<std::size_t>(quorum_));
  propose_when_due(now, earliest_s(now), std::move(changes));
}

void Agreement::propose(const Now& now, std::vector<RoundChangePointer> changes) {
  const PreparedCertificate* prepared = highest_prepared(changes);
  const BlockPointer block = prepared ? prepared->block : new_block(now);
  actions_.emplace_back(Examine{Examine::By::signatures, block});
  actions_.emplace_back(
      Broadcast{std::make_shared<const Proposal>(durable_.height, durable_.round, block, std::move(changes))});
  accept(block);
}

BlockPointer Agreement::new_block(const Now& now) const {
  return make_block(now.view.ledger.rules(), now.parent(), setup_.self, durable_.round, std::max(now.at_s, earliest_s(now)),
                    now.view.mempool.select(now.view.ledger, now.parent().hash()), setup_.keys);
}

// ---- a round ----

void Agreement::handle(const Now& now, NodeId from, const Proposal& proposal) {
  if (decision_) return;
  const Verdict verdict =
      check_proposal(now.view.ledger, from, proposal, setup_.validators, setup_.rules.block_interval_s, now.at_s);
  if (!verdict.accepted()) {
    actions_.emplace_back(
        Notice{"rejected proposal", rejection_name(verdict.reason),
               fmt::format("by validator {} for height {}: {}", from.value, proposal.height, verdict.detail),
               "this validator does not vote for it"});
    return;
  }
  volatile_.seen = true;
  actions_.emplace_back(Examine{Examine::By::signatures, proposal.block});
  if (proposal.round < durable_.round || (proposal.round == durable_.round && durable_.accepted)) {
    return complete(proposal);
  }
  if (proposal.round > durable_.round) enter(now, proposal.round);
  accept(proposal.block);
}

// A proposal that comes too late to vote for still brings the block, which a quorum may have committed to.
void Agreement::complete(const Proposal& proposal) {
  RoundVotes* votes = volatile_.votes(proposal.round, durable_.round);
  Candidate* candidate = votes ? votes->find(proposal.block->hash()) : nullptr;
  if (!candidate || candidate->block) return;
  candidate->block = proposal.block;
  decide_if_committed(proposal.round, *candidate);
}

void Agreement::accept(const BlockPointer& block) {
  durable_.accepted = block;
  RoundVotes& votes = *volatile_.votes(durable_.round, durable_.round);
  Candidate& candidate = votes.at(block->hash());
  candidate.block = block;
  candidate.prepares.insert(current_proposer());
  if (candidate.prepares.insert(setup_.self)) send_vote(Phase::prepare, block->hash());
  suspect(votes);
  advance(durable_.round, candidate);
}

void Agreement::handle(const Now&, NodeId from, const Vote& vote) {
  if (decision_) return;
  volatile_.seen = true;
  RoundVotes* votes = volatile_.votes(vote.round, durable_.round);
  Candidate* candidate = votes ? votes->count(vote.phase, vote.block, from) : nullptr;
  if (!candidate) return;
  if (vote.phase == Phase::prepare && !volatile_.suspected) suspect(*votes);
  advance(vote.round, *candidate);
}

void Agreement::advance(std::uint64_t round, Candidate& candidate) {
  const bool is_current = round == durable_.round && !durable_.committed && durable_.accepted;
  if (is_current && candidate.prepares.size() >= quorum_ && durable_.accepted->hash() == candidate.hash) {
    durable_.prepared = PreparedCertificate{round, durable_.accepted, candidate.prepares};
    durable_.committed = true;
    candidate.commits.insert(setup_.self);
    send_vote(Phase::commit, candidate.hash);
  }
  decide_if_committed(round, candidate);
}

void Agreement::decide_if_committed(std::uint64_t round, const Candidate& candidate) {
  if (decision_ || candidate.commits.size() < quorum_) return;
  volatile_.lacks_block = !candidate.block;
  if (volatile_.lacks_block) return;
  decision_ = std::make_shared<const CommitCertificate>(durable_.height, round, candidate.hash, candidate.commits);
  actions_.emplace_back(Append{candidate.block});
  actions_.emplace_back(Finalize{candidate.hash});
}

void Agreement::send_vote(Phase phase, const Digest& block) {
  actions_.emplace_back(Broadcast{std::make_shared<const Vote>(phase, durable_.height, durable_.round, block)});
}

// More than the tolerated faults prepared another block: one of them is honest, and has it from the proposer.
void Agreement::suspect(const RoundVotes& votes) {
  if (volatile_.suspected || votes.round() != durable_.round || !durable_.accepted) return;
  for (const Candidate& candidate : votes.candidates()) {
    if (candidate.hash == durable_.accepted->hash()) continue;
    if (candidate.prepares.size() <= tolerated_faults(setup_.validators)) continue;
    volatile_.suspected = true;
    actions_.emplace_back(Notice{
        "equivocation", "conflicting_votes",
        fmt::format("validator {} proposed blocks {} and {} in round {} of height {}", current_proposer().value,
                    durable_.accepted->hash().short_hex(), candidate.hash.short_hex(), durable_.round, durable_.height),
        "this validator votes for the first alone"});
  }
}

void Agreement::recount_own_votes() {
  Candidate& candidate = volatile_.votes(durable_.round, durable_.round)->at(durable_.accepted->hash());
  candidate.block = durable_.accepted;
  candidate.prepares.insert(current_proposer());
  candidate.prepares.insert(setup_.self);
  if (durable_.committed) candidate.commits.insert(setup_.self);
}

// ---- from round to round ----

void Agreement::ring(const Now& now, TimerId timer) {
  if (decision_) return;
  if (timer == propose_timer) volatile_.propose_at_s.reset();
  if (timer == round_timer) end_round(now);
  if (timer == repeat_timer && durable_.round > 0 && !durable_.accepted) announce(now);
}

void Agreement::end_round(const Now& now) {
  if (!volatile_.round_end_s || now.at_s + time_tolerance_s < *volatile_.round_end_s) return;
  volatile_.round_end_s.reset();
  if (!is_under_way() && now.at_s + time_tolerance_s < due_s(now)) return;  // what was wanted is there, or wanted no more
  change_to(now, durable_.round + 1, "timeout");
}

void Agreement::change_to(const Now& now, std::uint64_t round, const char* cause) {
  enter(now, round);
  actions_.emplace_back(
      Notice{"round_change", cause,
             fmt::format("validator {} enters round {} of height {}", setup_.self.value, round, durable_.height),
             fmt::format("validator {} proposes next", current_proposer().value)});
  announce(now);
  propose_after_change(now);
}

void Agreement::enter(const Now& now, std::uint64_t round) {
  durable_.enter(round);
  volatile_.suspected = false;
  volatile_.round_end_s.reset();
  run_round_timer(now.at_s);
}

void Agreement::announce(const Now& now) {
  auto change = std::make_shared<const RoundChange>(setup_.self, durable_.height, durable_.round, durable_.prepared);
  volatile_.round_changes[static_cast<std::size_t>(setup_.self.value)] = change;
  actions_.emplace_back(Broadcast{std::move(change)});
  actions_.emplace_back(SetTimer{repeat_timer, now.at_s + repeat_timeouts * timeout_s_});
}

void Agreement::handle(const Now& now, NodeId from, const RoundChange& change) {
  if (decision_ || change.sender != from || !is_plausible(change, now.parent(), setup_.validators)) return;
  RoundChangePointer& newest = volatile_.round_changes[static_cast<std::size_t>(from.value)];
  if (newest && newest->round >= change.round) return;
  newest = std::make_shared<const RoundChange>(change);
  volatile_.seen = true;
  follow_others(now);
  propose_after_change(now);
}

// The highest round that an honest validator must have reached.
void Agreement::follow_others(const Now& now) {
  std::uint64_t highest = durable_.round;
  for (const RoundChangePointer& change : volatile_.round_changes) {
    if (change && change->round > highest && volatile_.above(change->round) > tolerated_faults(setup_.validators)) {
      highest = change->round;
    }
  }
  if (highest > durable_.round) change_to(now, highest, "followed_others");
}

}  // namespace polyclinic::pbft
