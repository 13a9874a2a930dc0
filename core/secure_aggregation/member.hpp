// Secure aggregation with double masks (Bonawitz et al. 2017, Practical secure aggregation for privacy-preserving machine
// learning, figure 4), as one member goes through it in one round. What the paper's server hands on is public here, on a ledger
// that all have in common: everybody has the same sets of members, so that its consistency check (round 3) is not needed.
//
//   0  everybody advertises two public keys: s_u, of pairwise masks, and c_u, of the shares' encryption
//   1  it shares its own secrets s_u and b_u (the seed of its self mask) with all who did, encrypted for each
//   2  it publishes its words plus PRG(b_u), plus PRG(s_uv) for each v above it, minus PRG(s_uv) for each v below it, over
//      those who shared
//   3  of those whose words are published in time it gives its share of b_v; of those who shared but are not among them, its
//      share of s_v; never both of one member, since together they open its update
//
// Then anybody can add the published words up and take the masks away: see recovery.hpp.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "core/base/ids.hpp"
#include "core/secure_aggregation/fixed_point.hpp"
#include "core/secure_aggregation/key_agreement.hpp"
#include "core/secure_aggregation/masking.hpp"
#include "core/secure_aggregation/secret_sharing.hpp"

namespace polyclinic {

// What all know of a round before it begins.
struct SecureRound {
  std::vector<InstitutionId> participants;  // sorted; at most most_shares
  std::int64_t threshold = 1;               // shares that open a secret, and members that each phase needs
  FixedPoint format;

  // Where the member's shares of others' secrets lie. Throws Error for one that does not take part.
  [[nodiscard]] std::uint8_t point(InstitutionId member) const;
};

struct Advertisement {
  InstitutionId member;
  CurveKey mask_key{};                 // s_u
  CurveKey channel_key{};              // c_u
  bool operator==(const Advertisement&) const = default;
};

struct SealedShares {                  // of one member's secrets, for each of the others
  InstitutionId member;
  std::map<InstitutionId, Sealed> boxes;
  bool operator==(const SealedShares&) const = default;
};

enum class SecretKind : std::uint8_t {
  self_seed = 0,  // b
  mask_key = 1,   // s
};

struct OpenedShare {                   // of `owner`'s secret, by the member that gives it
  InstitutionId owner;
  SecretKind kind = SecretKind::self_seed;
  Secret values{};
  bool operator==(const OpenedShare&) const = default;
};

struct Unmasking {
  InstitutionId member;
  std::vector<OpenedShare> shares;     // by owner
  bool operator==(const Unmasking&) const = default;
};

// The masks of one member's words. They may hide one vector only: the difference of two would be public.
struct OwnMasks {
  FixedPoint format;
  std::vector<Mask> masks;
  [[nodiscard]] Words hide(Words words) const { return masked(std::move(words), masks, format); }
};

// Each step fixes its set of members: asked again, it gives the same answer, and throws Error for another set. So it does for a
// step before its time, and where fewer than the threshold remain: what it would give away then is not protected by others.
class SecureMember {
 public:
  // The secrets follow from `seed`. Throws Error for a threshold of half the participants or less, which would let two halves
  // of them open one kind of secret each, and for more participants than there are shares.
  SecureMember(SecureRound round, InstitutionId self, Seed seed);

  [[nodiscard]] const Advertisement& advertise() const { return advertisement_; }
  // `keys`: of all whose advertisement is public, sorted by member, the own one among them.
  [[nodiscard]] const SealedShares& share(const std::vector<Advertisement>& keys);
  // `shares`: of all whose shares are public, sorted by member, the own ones among them. Throws Error where what was sealed for
  // this member cannot be read.
  [[nodiscard]] const OwnMasks& masks(const std::vector<SealedShares>& shares);
  // `counted`: whose masked words are public, sorted.
  [[nodiscard]] const Unmasking& unmask(const std::vector<InstitutionId>& counted);

 private:
  struct Received {                    // of one member's secrets
    Secret self_seed{};
    Secret mask_key{};
  };
  void require_enough(const std::vector<InstitutionId>& members, const char* what) const;
  // The key of what `from` seals for `to`, one of whom is this member.
  [[nodiscard]] Secret box_key(InstitutionId from, InstitutionId to) const;
  [[nodiscard]] Received open_box(const SealedShares& shares) const;

  SecureRound round_;
  InstitutionId self_;
  Seed seed_;
  CurvePair mask_pair_;
  CurvePair channel_pair_;
  Secret self_seed_;
  Advertisement advertisement_;
  std::map<InstitutionId, Advertisement> keys_;       // of those who advertised; empty before share()
  std::map<InstitutionId, Secret> channels_;          // with each of the others among them
  std::vector<Share> own_seed_shares_;                // by point
  std::vector<Share> own_key_shares_;
  std::optional<SealedShares> sealed_;
  std::map<InstitutionId, Received> received_;        // of those who shared; empty before masks()
  std::optional<OwnMasks> masks_;
  std::vector<InstitutionId> counted_;
  std::optional<Unmasking> unmasking_;
};

// The mask that `low` adds and `high` subtracts, from the secret of either and the public key of the other.
[[nodiscard]] Secret pairwise_seed(const CurvePair& own, const CurveKey& other);

}  // namespace polyclinic
