#include "core/ledger/pbft_validity.hpp"

#include <fmt/format.h>

namespace polyclinic::pbft {

bool is_plausible(const RoundChange& change, const Block& parent, std::int64_t validators) {
  if (change.round == 0) return false;
  if (!change.prepared) return true;
  const PreparedCertificate& prepared = *change.prepared;
  return prepared.block && prepared.round < change.round && prepared.voters.size() >= quorum(validators) &&
         prepared.block->header().parent == parent.hash();
}

const PreparedCertificate* highest_prepared(const std::vector<RoundChangePointer>& changes) {
  const PreparedCertificate* highest = nullptr;
  for (const RoundChangePointer& change : changes) {
    if (change->prepared && (!highest || change->prepared->round > highest->round)) highest = &*change->prepared;
  }
  return highest;
}

bool is_justified(const Proposal& proposal, const Block& parent, std::int64_t validators) {
  const bool is_new = proposal.block->header().view == proposal.round;
  if (proposal.round == 0) return is_new;
  ValidatorSet senders(validators);
  for (const RoundChangePointer& change : proposal.justification) {
    if (change->height != proposal.height || change->round != proposal.round) return false;
    if (!is_plausible(*change, parent, validators)) return false;
    senders.insert(change->sender);
  }
  if (senders.size() < quorum(validators)) return false;
  const PreparedCertificate* prepared = highest_prepared(proposal.justification);
  return prepared ? prepared->block->hash() == proposal.block->hash() : is_new;
}

Verdict check_turn(const KnownHeaders& known, const Header& header, std::int64_t validators, double interval_s) {
  const NodeId expected = proposer(header.height, header.view, validators);
  if (header.proposer != expected) {
    return {Rejection::wrong_turn, fmt::format("round {} of height {} belongs to validator {}, not to {}", header.view,
                                               header.height, expected.value, header.proposer.value)};
  }
  const Header* parent = known.find_header(header.parent);
  if (parent && !(header.time_s + time_tolerance_s >= parent->time_s + interval_s)) {
    return {Rejection::wrong_turn, fmt::format("at {} s, on a parent at {} s with an interval of {} s", header.time_s,
                                               parent->time_s, interval_s)};
  }
  return {};
}

Verdict check_proposal(const Ledger& ledger, NodeId from, const Proposal& proposal, std::int64_t validators,
                       double interval_s, double at_s) {
  const Header& header = proposal.block->header();
  const Block& parent = *ledger.finalized();
  if (from != proposer(proposal.height, proposal.round, validators)) {
    return {Rejection::wrong_turn, fmt::format("round {} is not its turn", proposal.round)};
  }
  if (header.parent != parent.hash()) return {Rejection::unknown_parent, "its parent is not the final block"};
  if (!is_justified(proposal, parent, validators)) {
    return {Rejection::wrong_turn,
            fmt::format("no quorum of round changes is behind this block in round {}", proposal.round)};
  }
  if (!(header.time_s <= at_s + time_tolerance_s)) return {Rejection::wrong_turn, "it is from the future"};
  const Verdict verdict = check_turn(ledger, header, validators, interval_s);
  return verdict.accepted() ? ledger.check(*proposal.block) : verdict;
}

}  // namespace polyclinic::pbft
