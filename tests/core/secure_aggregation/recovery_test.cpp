// Sums from masked words, whoever drops out and whenever.
#include "core/secure_aggregation/recovery.hpp"

#include <algorithm>

#include "tests/core/secure_aggregation/party.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

constexpr Last all_steps[] = {Last::nothing, Last::advertised, Last::shared, Last::masked};

// Whose words must be in the sum: all but those who dropped out before they published them.
std::vector<InstitutionId> expected_contributors(const Party& party, const std::map<InstitutionId, Last>& last) {
  std::vector<InstitutionId> members = party.round.participants;
  std::erase_if(members, [&](InstitutionId id) { return last.contains(id) && last.at(id) < Last::masked; });
  return members;
}

void check_exact(Party party, const std::map<InstitutionId, Last>& last) {
  const OpenedSum opened = party.run(last);
  REQUIRE(outcome_name(opened.outcome) == "opened");
  CHECK(opened.contributors == expected_contributors(party, last));
  CHECK(opened.sum == party.plain_sum(opened.contributors));
}

}  // namespace

TEST_CASE("without dropouts the masked words add up to the plain sum, in either ring") {
  for (const std::int64_t bits : {32, 64}) {
    CAPTURE(bits);
    Party party(5, 3, {.fraction_bits = 8, .ring_bits = bits, .participants = 5}, 3000);
    const OpenedSum opened = party.run();
    REQUIRE(opened.outcome == SecureOutcome::opened);
    CHECK(opened.sum == party.plain_sum(party.round.participants));
    for (const MaskedWords& masked : party.statements.masked) CHECK(masked.words != party.plain(masked.member));
  }
}

// Six members, threshold ceil(2/3 * 6) = 4: a third is two.
TEST_CASE("with every one or two of six members dropping out, each at every step, the sum is exact") {
  const Party fresh(6, 4);
  std::int64_t cases = 0;
  for (std::int64_t a = 0; a < 6; ++a) {
    for (const Last step : all_steps) {
      CAPTURE(a);
      CAPTURE(static_cast<int>(step));
      check_exact(fresh, {{fresh.id(a), step}});
      ++cases;
      for (std::int64_t b = a + 1; b < 6; ++b) {
        for (const Last other : all_steps) {
          CAPTURE(b);
          CAPTURE(static_cast<int>(other));
          check_exact(fresh, {{fresh.id(a), step}, {fresh.id(b), other}});
          ++cases;
        }
      }
    }
  }
  CHECK(cases == 24 + 15 * 16);
}

TEST_CASE("with three of nine dropping out at every combination of steps the sum is exact") {
  const Party fresh(9, 6);
  for (const Last a : all_steps) {
    for (const Last b : all_steps) {
      for (const Last c : all_steps) check_exact(fresh, {{fresh.id(0), a}, {fresh.id(4), b}, {fresh.id(8), c}});
    }
  }
}

TEST_CASE("with fewer than the threshold left at a step the failure has that step's name, and there is no sum") {
  const std::vector<std::pair<Last, const char*>> expected{{Last::nothing, "too_few_keys"},
                                                           {Last::advertised, "too_few_shares"},
                                                           {Last::shared, "too_few_masked"},
                                                           {Last::masked, "too_few_unmaskings"}};
  for (const auto& [step, name] : expected) {
    CAPTURE(name);
    Party party(6, 4);
    const OpenedSum opened = party.run({{party.id(0), step}, {party.id(2), step}, {party.id(5), step}});
    CHECK(outcome_name(opened.outcome) == name);
    CHECK(opened.sum.empty());
  }
}

// The observer has every public statement and, on top, all that the unmaskings open: the late member's mask key, hence all its
// pairwise masks. What is left is its words under PRG(b), and of b there is no share.
TEST_CASE("masked words that appear after the recovery stay unreadable to who has everything that was opened") {
  Party party(6, 4, {}, 4000);
  const InstitutionId late = party.id(3);
  const OpenedSum opened = party.run({{late, Last::shared}});
  REQUIRE(opened.outcome == SecureOutcome::opened);
  const Words published_late = party.masked_words(late);

  std::vector<Share> key_shares, seed_shares;
  for (const Unmasking& unmasking : party.statements.unmaskings) {
    for (const OpenedShare& share : unmasking.shares) {
      if (share.owner != late) continue;
      auto& shares = share.kind == SecretKind::mask_key ? key_shares : seed_shares;
      shares.push_back({party.round.point(unmasking.member), share.values});
    }
  }
  CHECK(seed_shares.empty());
  const CurvePair pair = make_curve_pair(open_secret(key_shares));
  std::vector<Mask> pairwise;
  for (const Advertisement& keys : party.statements.keys) {
    if (keys.member == late) CHECK(keys.mask_key == pair.key);
    if (keys.member == late) continue;
    pairwise.push_back({pairwise_seed(pair, keys.mask_key), late < keys.member});  // took away what it had added
  }
  const Words left = masked(published_late, pairwise, party.round.format);
  const Words plain = party.plain(late);
  std::size_t equal = 0;
  for (std::size_t i = 0; i < plain.size(); ++i) equal += left[i] == plain[i];
  CHECK(equal == 0);  // 4001 words of 64 bits: one in common would be a chance of 2e-16
  // The right pairwise masks were taken away: with its self mask gone too, the update would be open.
  std::vector<Mask> own{{random_secret(Seed(7) / "secure" / late.value / "self mask"), true}};
  CHECK(masked(left, own, party.round.format) == plain);
}

TEST_CASE("a sum that lacks one member's words is not what its statements open") {
  Party party(6, 4);
  static_cast<void>(party.run());
  SecureStatements statements = party.statements;
  statements.masked.erase(statements.masked.begin() + 2);  // of the erased one b was opened, not s
  CHECK(outcome_name(open_sum(party.round, statements).outcome) == "too_few_unmaskings");
}

TEST_CASE("contradictory statements and forged shares have names of their own") {
  Party party(6, 4);
  const InstitutionId dropped = party.id(3);
  static_cast<void>(party.run({{dropped, Last::shared}}));
  SecureStatements forged = party.statements;
  for (OpenedShare& share : forged.unmaskings.front().shares) {
    if (share.owner == dropped) share.values[0] ^= 1;
  }
  CHECK(outcome_name(open_sum(party.round, forged).outcome) == "wrong_share");
  SecureStatements stranger = party.statements;
  stranger.sharers.push_back({99});
  CHECK(outcome_name(open_sum(party.round, stranger).outcome) == "contradiction");
  SecureStatements shorter = party.statements;
  shorter.masked.back().words.pop_back();
  CHECK(outcome_name(open_sum(party.round, shorter).outcome) == "contradiction");
}
