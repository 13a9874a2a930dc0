#include "sim/announcer.hpp"

#include <algorithm>
#include <set>

#include "sim/institution.hpp"
#include "sim/learning_world.hpp"

namespace polyclinic {

void Announcer::finalized(NodeId node, const ChainNode& state, const Effects& effects) {
  std::set<InstitutionId> concerned;
  const std::vector<InstitutionId>& expected = state.contract().expected();
  if (state.contract().ended()) {
    concerned.insert(world_.plan().members.begin(), world_.plan().members.end());
  } else if (world_.plan().is_asynchronous()) {
    for (const BlockPointer& block : effects.finalized) {
      for (const Transaction& transaction : block->transactions()) concerned.insert(transaction.author);
    }
  } else if (!effects.closed.empty() || !effects.phases.empty()) {
    concerned.insert(expected.begin(), expected.end());
  }
  for (const InstitutionId member : concerned) {
    if (world_.connections->home(member) == node) announce(member, node, state);
  }
}

void Announcer::announce(InstitutionId member, NodeId from, const ChainNode& state) {
  if (!world_.reachability.connects(Party(world_.plan().id, from), member)) return;
  settle(member, state);
  world_.connections->heard(member);
  const RoundContract& contract = state.contract();
  world_.mail(member).send(world_.machines().host(from), {contract.round(), contract.ended(), contract.phase()});
}

// What is final at its home is off the member's mind; so is, where rounds close for all at once, what came too late.
void Announcer::settle(InstitutionId member, const ChainNode& state) {
  InstitutionLife& life = world_.life(member);
  const std::vector<Submission>& outstanding = life.outstanding();
  if (outstanding.empty()) return;
  const Digest& last = state.ledger().finalized()->hash();
  const bool final = std::ranges::all_of(outstanding, [&](const Submission& submission) {
    return state.ledger().includes(transaction_id(submission.transaction), last);
  });
  const bool late = !world_.plan().is_asynchronous() && outstanding.front().transaction.round < state.contract().round();
  if (final || late || state.contract().ended()) life.forget_outstanding();
}

void Announcer::greeted(InstitutionId member, NodeId validator) {
  const ChainNode& state = world_.machines().node(validator);
  settle(member, state);
  for (const Submission& submission : world_.life(member).outstanding()) {
    if (!state.knows(transaction_id(submission.transaction))) world_.submissions.send_again(member, validator, submission);
  }
  const bool is_expected = world_.plan().is_asynchronous() || state.contract().ended() ||
                           std::ranges::binary_search(state.contract().expected(), member);
  if (is_expected) announce(member, validator, state);
}

}  // namespace polyclinic
