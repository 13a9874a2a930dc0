// Rounds with masked updates, played by hand: no clock, no network, and whoever a test says drops out.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "core/collaboration/chain_learning.hpp"

namespace polyclinic::test {

class MaskedChain {
 public:
  // small_scenario() with so many institutions and masked updates.
  [[nodiscard]] static Scenario scenario(std::int64_t members);
  MaskedChain(const Scenario& scenario, Pool& pool);

  // Plays the next round. `silent_from`: the first phase in which a member says nothing any more.
  void play_round(const std::map<InstitutionId, SecurePhase>& silent_from = {});

  ChainLearning learning;
  // Of the latest round: what its members would have published in the clear, and the round as it closed.
  std::map<InstitutionId, SharedUpdatePointer> plain;
  ClosedRound closed;
  std::map<Digest, SharedUpdatePointer> payloads;    // public
  [[nodiscard]] InstitutionId id(std::int64_t place) const { return learning.plan().members[static_cast<std::size_t>(place)]; }

 private:
  [[nodiscard]] Transaction said(InstitutionId member, TransactionKind kind, const SharedUpdatePointer& bytes);

  std::int64_t round_ = 0;
};

}  // namespace polyclinic::test
