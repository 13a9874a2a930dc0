// What a member gives away, and what it refuses.
#include "core/secure_aggregation/member.hpp"

#include <cmath>

#include "core/base/error.hpp"
#include "core/secure_aggregation/threshold.hpp"
#include "tests/core/secure_aggregation/party.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

// Chi-square of the bytes of a vector of 8-byte words against equal frequencies: 255 degrees of freedom, mean 255, standard
// deviation sqrt(510) = 22.6.
double chi_square_of_bytes(const Words& words) {
  std::array<double, 256> counts{};
  for (const std::uint64_t word : words) {
    for (unsigned shift = 0; shift < 64; shift += 8) ++counts[(word >> shift) & 0xffU];
  }
  const double expected = static_cast<double>(8 * words.size()) / 256.0;
  double sum = 0.0;
  for (const double count : counts) sum += (count - expected) * (count - expected) / expected;
  return sum;
}

// Of the bits of two vectors, +1 and -1: 0 on average, standard deviation 1 / sqrt(their number).
double bit_correlation(const Words& left, const Words& right) {
  std::int64_t equal = 0;
  for (std::size_t i = 0; i < left.size(); ++i) equal += std::popcount(~(left[i] ^ right[i]));
  const auto bits = static_cast<double>(64 * left.size());
  return 2.0 * static_cast<double>(equal) / bits - 1.0;
}

std::vector<InstitutionId> but(std::vector<InstitutionId> members, InstitutionId without) {
  std::erase(members, without);
  return members;
}

}  // namespace

TEST_CASE("thresholds are rounded upwards, but for what doubles add") {
  CHECK(share_threshold(0.667, 6) == 5);
  CHECK(share_threshold(2.0 / 3.0, 6) == 4);
  CHECK(share_threshold(0.6, 5) == 3);
  CHECK(share_threshold(1.0, 7) == 7);
  CHECK(share_threshold(0.51, 1) == 1);
}

TEST_CASE("a member never gives shares of both secrets of another") {
  Party party(4, 3);
  static_cast<void>(party.run());
  for (std::int64_t i = 0; i < 4; ++i) {
    const InstitutionId victim = party.id((i + 1) % 4);
    const std::vector<InstitutionId> without = but(party.round.participants, victim);
    CHECK_THROWS_WITH_AS(static_cast<void>(party.member(i).unmask(without)),
                         "secure aggregation: unmasking asked a second time, with other members than the first time", Error);
  }
  // What it has given is one kind for each, and stays so.
  const Unmasking given = party.member(0).unmask(party.round.participants);
  REQUIRE(given.shares.size() == 4);
  for (const OpenedShare& share : given.shares) CHECK(share.kind == SecretKind::self_seed);
  CHECK(given == party.statements.unmaskings.front());
}

TEST_CASE("of who dropped out its mask key is given and of who counts its self mask, for good") {
  Party party(4, 3);
  const InstitutionId dropped = party.id(2);
  static_cast<void>(party.run({{dropped, Last::shared}}));
  for (const Unmasking& unmasking : party.statements.unmaskings) {
    for (const OpenedShare& share : unmasking.shares) {
      CHECK(share.kind == (share.owner == dropped ? SecretKind::mask_key : SecretKind::self_seed));
    }
    SecureMember& member = party.members.at(unmasking.member);
    CHECK_THROWS_AS(static_cast<void>(member.unmask(party.round.participants)), Error);  // it came late: no
  }
}

TEST_CASE("a member refuses steps before their time, with too few, or with others than before") {
  Party party(4, 3);
  SecureMember& member = party.member(0);
  std::vector<Advertisement> keys;
  for (auto& [id, other] : party.members) keys.push_back(other.advertise());
  CHECK_THROWS_AS(static_cast<void>(member.masks({})), Error);
  CHECK_THROWS_AS(static_cast<void>(member.unmask(party.round.participants)), Error);
  CHECK_THROWS_WITH_AS(static_cast<void>(member.share({keys[0], keys[1]})), "secure aggregation: keys of 2 members, the threshold is 3",
                       Error);
  CHECK_THROWS_AS(static_cast<void>(member.share({keys[1], keys[2], keys[3]})), Error);  // it is not among them
  CHECK_THROWS_AS(static_cast<void>(member.share({keys[1], keys[0], keys[2]})), Error);  // out of order
  CHECK(member.share(keys) == SealedShares(member.share(keys)));
  CHECK_THROWS_AS(static_cast<void>(member.share({keys[0], keys[1], keys[2]})), Error);
  static_cast<void>(party.run());
  CHECK_THROWS_AS(static_cast<void>(member.masks({party.shares[0], party.shares[1], party.shares[2]})), Error);
}

TEST_CASE("a member refuses to unmask for fewer than the threshold, or for a stranger") {
  Party party(4, 3);
  static_cast<void>(party.run({{party.id(0), Last::masked}}));
  SecureMember& member = party.member(0);
  CHECK_THROWS_AS(static_cast<void>(member.unmask({party.id(0), party.id(1)})), Error);
  CHECK_THROWS_AS(static_cast<void>(member.unmask({party.id(0), party.id(1), InstitutionId{99}})), Error);
  CHECK(member.unmask(party.round.participants).shares.size() == 4);
}

TEST_CASE("shares that were sealed for somebody else cannot be read") {
  Party party(4, 3);
  static_cast<void>(party.run({{party.id(0), Last::shared}}));
  std::vector<SealedShares> shares = party.shares;
  shares[1].boxes.at(party.id(0)) = shares[1].boxes.at(party.id(2));
  CHECK_THROWS_WITH_AS(static_cast<void>(party.member(0).masks(shares)),
                       "secure aggregation: institution 10 cannot read what 11 sealed for it", Error);
}

TEST_CASE("a threshold of half the participants is refused: two halves could open both secrets") {
  CHECK_THROWS_AS(static_cast<void>(Party(4, 2)), Error);
  CHECK_THROWS_AS(static_cast<void>(Party(4, 5)), Error);
}

// 20000 words of 8 bytes: 5 standard deviations either way.
TEST_CASE("what one member publishes looks like chance, whatever its update is") {
  Party party(3, 2, {}, 20000);
  static_cast<void>(party.run());
  const Words& words = party.statements.masked.front().words;
  const Words plain = party.plain(party.id(0));
  CHECK(std::abs(chi_square_of_bytes(words) - 255.0) < 5.0 * std::sqrt(510.0));
  CHECK(chi_square_of_bytes(plain) > 1e6);  // the update itself does not
  CHECK(std::abs(bit_correlation(words, plain)) < 5.0 / std::sqrt(64.0 * 20001.0));
}
