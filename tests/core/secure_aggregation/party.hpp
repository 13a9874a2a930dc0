// Members of one round who go through it together, some of them only so far: the words of tests.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "core/secure_aggregation/recovery.hpp"

namespace polyclinic::test {

// The last thing that a member did before it dropped out.
enum class Last { nothing, advertised, shared, masked, unmasked };

class Party {
 public:
  // Members 10, 11, ...; member i adds the words plain(i).
  Party(std::int64_t members, std::int64_t threshold, FixedPoint format = {}, std::int64_t coordinates = 5);

  // `last`: of those who drop out; all others go through to the end.
  [[nodiscard]] OpenedSum run(const std::map<InstitutionId, Last>& last = {});

  [[nodiscard]] Words plain(InstitutionId member) const;
  // Plain sum of those members' words.
  [[nodiscard]] Words plain_sum(const std::vector<InstitutionId>& members) const;
  [[nodiscard]] InstitutionId id(std::int64_t place) const { return round.participants.at(static_cast<std::size_t>(place)); }
  [[nodiscard]] SecureMember& member(std::int64_t place) { return members.at(id(place)); }
  // What the member would publish, in time or late.
  [[nodiscard]] Words masked_words(InstitutionId of);

  SecureRound round;
  std::map<InstitutionId, SecureMember> members;
  // Public, as far as run() came.
  SecureStatements statements;
  std::vector<SealedShares> shares;

 private:
  std::int64_t coordinates_;
};

}  // namespace polyclinic::test
