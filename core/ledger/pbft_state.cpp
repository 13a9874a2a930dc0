#include "core/ledger/pbft_state.hpp"

#include <algorithm>
#include <ranges>

namespace polyclinic::pbft {
namespace {

// Timeouts double from round to round, so that honest validators are never many rounds apart.
constexpr std::uint64_t rounds_ahead = 64;

}  // namespace

void Durable::begin(std::uint64_t new_height) {
  height = new_height;
  prepared.reset();
  enter(0);
}

void Durable::enter(std::uint64_t new_round) {
  round = new_round;
  accepted = nullptr;
  committed = false;
}

RoundVotes::RoundVotes(std::uint64_t round, std::int64_t validators)
    : round_(round), validators_(validators), prepared_(validators), committed_(validators) {}

Candidate* RoundVotes::count(Phase phase, const Digest& block, NodeId from) {
  const bool is_prepare = phase == Phase::prepare;
  if (!(is_prepare ? prepared_ : committed_).insert(from)) return nullptr;
  Candidate& candidate = at(block);
  (is_prepare ? candidate.prepares : candidate.commits).insert(from);
  return &candidate;
}

Candidate* RoundVotes::find(const Digest& block) {
  const auto found = std::ranges::find(candidates_, block, &Candidate::hash);
  return found == candidates_.end() ? nullptr : &*found;
}

Candidate& RoundVotes::at(const Digest& block) {
  if (Candidate* known = find(block)) return *known;
  return candidates_.emplace_back(Candidate{block, nullptr, ValidatorSet(validators_), ValidatorSet(validators_)});
}

RoundVotes* Volatile::votes(std::uint64_t round, std::uint64_t current) {
  const auto found = std::ranges::find(std::views::reverse(rounds), round, &RoundVotes::round);
  if (found != rounds.rend()) return &*found;
  if (round > current + rounds_ahead) return nullptr;
  return &rounds.emplace_back(round, std::ssize(round_changes));
}

std::int64_t Volatile::above(std::uint64_t round) const {
  return std::ranges::count_if(round_changes,
                               [&](const RoundChangePointer& change) { return change && change->round >= round; });
}

std::vector<RoundChangePointer> Volatile::changes_to(std::uint64_t round) const {
  std::vector<RoundChangePointer> changes;
  for (const RoundChangePointer& change : round_changes) {
    if (change && change->round == round) changes.push_back(change);
  }
  return changes;
}

}  // namespace polyclinic::pbft
