// Secure aggregation on one chain: what members say in the phases of its open round. See docs/secure-aggregation.md.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "core/collaboration/masked_updates.hpp"

namespace polyclinic {

// The members' side of the open round, all of them, each with secrets of its own. Knows neither time nor who is up.
class SecureRounds {
 public:
  explicit SecureRounds(ChainPlanPointer plan) : plan_(std::move(plan)) {}

  // A phase is over on the chain: what its statements said is known to all from now on. False where it was over before with
  // other statements. Of a round that was forgotten nothing is compared: its closing is.
  [[nodiscard]] bool note(const ClosedPhase& phase);
  // Whether the phases before this one are over, with the member among those who spoke in the last of them.
  [[nodiscard]] bool may_speak(InstitutionId member, std::int64_t round, SecurePhase phase) const;

  // What the member says in that phase (not updates), for the chain to carry; always the same bytes. Needs may_speak().
  [[nodiscard]] SharedUpdatePointer statement(InstitutionId member, std::int64_t round, SecurePhase phase);
  // What hides its update. Needs may_speak() for updates.
  [[nodiscard]] const OwnMasks& masks(InstitutionId member, std::int64_t round);
  // The bytes that a member said.
  [[nodiscard]] SharedUpdatePointer said(const Digest& payload) const { return said_.at(payload); }

  // How many spoke in a phase that is over.
  [[nodiscard]] std::int64_t speakers(std::int64_t round, SecurePhase phase) const;
  // Bytes of what all but `reader` said in it.
  [[nodiscard]] std::uint64_t bytes_of_others(InstitutionId reader, std::int64_t round, SecurePhase phase) const;
  // The round has closed: its secrets and statements, and those of rounds before, are needed no more.
  void forget(std::int64_t round);

 private:
  struct Round {
    std::map<InstitutionId, SecureMember> members;
    std::map<SecurePhase, std::vector<Transaction>> over;
    std::vector<Advertisement> keys;
    std::vector<SealedShares> shares;
  };
  [[nodiscard]] const Round* find(std::int64_t round) const;
  [[nodiscard]] SecureMember& member(InstitutionId institution, std::int64_t round);
  [[nodiscard]] Bytes bytes_of(InstitutionId member, std::int64_t round, SecurePhase phase);

  ChainPlanPointer plan_;
  std::int64_t first_ = 0;              // rounds before are forgotten
  std::map<std::int64_t, Round> rounds_;
  std::map<Digest, SharedUpdatePointer> said_;
  std::map<std::int64_t, std::vector<Digest>> said_in_;  // by round
};

}  // namespace polyclinic
