// What anybody can make of a round's public statements: the sum of the words of those whose masked words were published in time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/secure_aggregation/member.hpp"

namespace polyclinic {

struct MaskedWords {
  InstitutionId member;
  Words words;
};

// All statements of a round that counted, each list sorted by member.
struct SecureStatements {
  std::vector<Advertisement> keys;
  std::vector<InstitutionId> sharers;  // who shared their secrets
  std::vector<MaskedWords> masked;     // by sharers
  std::vector<Unmasking> unmaskings;
};

enum class SecureOutcome {
  opened,
  too_few_keys,        // than the threshold, as the next three
  too_few_shares,
  too_few_masked,
  too_few_unmaskings,
  contradiction,       // a statement that does not fit the others: of somebody unknown, or words of another number
  wrong_share,         // what the shares of a mask key open is not the key that was advertised
};
[[nodiscard]] std::string outcome_name(SecureOutcome outcome);  // as the enumerator is written

struct OpenedSum {
  SecureOutcome outcome = SecureOutcome::opened;
  Words sum;                                 // empty unless opened
  std::vector<InstitutionId> contributors;   // whose words are in it
  std::vector<InstitutionId> dropped;        // who shared secrets and whose words are not: their mask keys were opened
};

[[nodiscard]] OpenedSum open_sum(const SecureRound& round, const SecureStatements& statements);

}  // namespace polyclinic
