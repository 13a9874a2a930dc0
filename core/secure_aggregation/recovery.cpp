#include "core/secure_aggregation/recovery.hpp"

#include <algorithm>

#include "core/base/error.hpp"

namespace polyclinic {
namespace {

using Members = std::vector<InstitutionId>;

// Shares of one member's secret; those of the other kind do not count.
std::vector<Share> shares_of(const SecureRound& round, const SecureStatements& statements, InstitutionId owner,
                             SecretKind kind) {
  std::vector<Share> shares;
  for (const Unmasking& unmasking : statements.unmaskings) {
    for (const OpenedShare& share : unmasking.shares) {
      if (share.owner == owner && share.kind == kind) shares.push_back({round.point(unmasking.member), share.values});
    }
  }
  return shares;
}

const Advertisement* find_keys(const SecureStatements& statements, InstitutionId member) {
  const auto found = std::ranges::find(statements.keys, member, &Advertisement::member);
  return found == statements.keys.end() ? nullptr : &*found;
}

bool is_set(const Members& members, const Members& within) {
  return std::ranges::is_sorted(members) && std::ranges::adjacent_find(members) == members.end() &&
         std::ranges::includes(within, members);
}

template <class Statement>
Members authors(const std::vector<Statement>& statements) {
  Members members;
  for (const Statement& statement : statements) members.push_back(statement.member);
  return members;
}

SecureOutcome check(const SecureRound& round, const SecureStatements& statements) {
  const auto lacks = [&](const auto& list) { return std::ssize(list) < round.threshold; };
  if (lacks(statements.keys)) return SecureOutcome::too_few_keys;
  if (lacks(statements.sharers)) return SecureOutcome::too_few_shares;
  if (lacks(statements.masked)) return SecureOutcome::too_few_masked;
  if (lacks(statements.unmaskings)) return SecureOutcome::too_few_unmaskings;
  const Members masked_by = authors(statements.masked);
  const bool fits = is_set(authors(statements.keys), round.participants) &&
                    is_set(statements.sharers, authors(statements.keys)) && is_set(masked_by, statements.sharers) &&
                    is_set(authors(statements.unmaskings), statements.sharers) &&
                    std::ranges::all_of(statements.masked, [&](const MaskedWords& masked) {
                      return masked.words.size() == statements.masked.front().words.size();
                    });
  return fits ? SecureOutcome::opened : SecureOutcome::contradiction;
}

// Opens secrets, and collects the masks that are left in the sum of all masked words.
class Opening {
 public:
  Opening(const SecureRound& round, const SecureStatements& statements) : round_(round), statements_(statements) {}

  // Its self mask is in the sum.
  SecureOutcome contributor(InstitutionId member) {
    const std::vector<Share> shares = shares_of(round_, statements_, member, SecretKind::self_seed);
    if (std::ssize(shares) < round_.threshold) return SecureOutcome::too_few_unmaskings;
    left_.push_back({open_secret(shares), true});
    return SecureOutcome::opened;
  }

  // Its pairwise masks are in the words of those who contributed, and nothing of its own takes them away.
  SecureOutcome dropped(InstitutionId member) {
    const std::vector<Share> shares = shares_of(round_, statements_, member, SecretKind::mask_key);
    if (std::ssize(shares) < round_.threshold) return SecureOutcome::too_few_unmaskings;
    const CurvePair pair = make_curve_pair(open_secret(shares));
    if (pair.key != find_keys(statements_, member)->mask_key) return SecureOutcome::wrong_share;
    for (const MaskedWords& masked : statements_.masked) {
      const bool was_added = masked.member < member;
      left_.push_back({pairwise_seed(pair, find_keys(statements_, masked.member)->mask_key), was_added});
    }
    return SecureOutcome::opened;
  }

  [[nodiscard]] Words sum() const {
    Words words(statements_.masked.front().words.size());
    for (const MaskedWords& masked : statements_.masked) words = added(std::move(words), masked.words, round_.format);
    return masked(std::move(words), left_, round_.format);
  }

 private:
  const SecureRound& round_;
  const SecureStatements& statements_;
  std::vector<Mask> left_;
};

}  // namespace

std::string outcome_name(SecureOutcome outcome) {
  switch (outcome) {
    case SecureOutcome::opened: return "opened";
    case SecureOutcome::too_few_keys: return "too_few_keys";
    case SecureOutcome::too_few_shares: return "too_few_shares";
    case SecureOutcome::too_few_masked: return "too_few_masked";
    case SecureOutcome::too_few_unmaskings: return "too_few_unmaskings";
    case SecureOutcome::contradiction: return "contradiction";
    case SecureOutcome::wrong_share: return "wrong_share";
  }
  return {};
}

OpenedSum open_sum(const SecureRound& round, const SecureStatements& statements) {
  OpenedSum opened{.outcome = check(round, statements), .sum = {}, .contributors = {}, .dropped = {}};
  if (opened.outcome != SecureOutcome::opened) return opened;
  opened.contributors = authors(statements.masked);
  std::ranges::set_difference(statements.sharers, opened.contributors, std::back_inserter(opened.dropped));
  Opening opening(round, statements);
  const auto go_on = [&](SecureOutcome outcome) { return (opened.outcome = outcome) == SecureOutcome::opened; };
  const bool complete =
      std::ranges::all_of(opened.contributors, [&](InstitutionId member) { return go_on(opening.contributor(member)); }) &&
      std::ranges::all_of(opened.dropped, [&](InstitutionId member) { return go_on(opening.dropped(member)); });
  if (complete) opened.sum = opening.sum();
  return opened;
}

}  // namespace polyclinic
