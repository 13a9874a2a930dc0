#include "core/secure_aggregation/member.hpp"

#include <algorithm>

#include "core/base/error.hpp"

namespace polyclinic {
namespace {

template <class Statement>
std::vector<InstitutionId> members_of(const std::vector<Statement>& statements) {
  std::vector<InstitutionId> members;
  for (const Statement& statement : statements) members.push_back(statement.member);
  return members;
}

template <class Value>
std::vector<InstitutionId> keys_of(const std::map<InstitutionId, Value>& map) {
  std::vector<InstitutionId> members;
  for (const auto& [member, value] : map) members.push_back(member);
  return members;
}

bool holds(const std::vector<InstitutionId>& sorted, InstitutionId member) {
  return std::ranges::binary_search(sorted, member);
}

void require_same(const std::vector<InstitutionId>& before, const std::vector<InstitutionId>& now, const char* step) {
  require(before == now, "secure aggregation: {} asked a second time, with other members than the first time", step);
}

}  // namespace

std::uint8_t SecureRound::point(InstitutionId member) const {
  const auto found = std::ranges::lower_bound(participants, member);
  require(found != participants.end() && *found == member, "secure aggregation: institution {} does not take part",
          member.value);
  return static_cast<std::uint8_t>(found - participants.begin() + 1);
}

Secret pairwise_seed(const CurvePair& own, const CurveKey& other) { return agreed_secret(own, other, "pairwise mask"); }

SecureMember::SecureMember(SecureRound round, InstitutionId self, Seed seed)
    : round_(std::move(round)),
      self_(self),
      seed_(seed),
      mask_pair_(make_curve_pair(random_secret(seed / "mask key"))),
      channel_pair_(make_curve_pair(random_secret(seed / "channel key"))),
      self_seed_(random_secret(seed / "self mask")),
      advertisement_{self, mask_pair_.key, channel_pair_.key} {
  const auto participants = std::ssize(round_.participants);
  require(participants <= most_shares, "secure aggregation: {} participants, at most {} can share secrets", participants,
          most_shares);
  require(2 * round_.threshold > participants && round_.threshold <= participants,
          "secure aggregation: the threshold is {} of {} participants, needs more than half", round_.threshold, participants);
  static_cast<void>(round_.point(self));
}

void SecureMember::require_enough(const std::vector<InstitutionId>& members, const char* what) const {
  require(std::ssize(members) >= round_.threshold, "secure aggregation: {} of {} members, the threshold is {}", what,
          members.size(), round_.threshold);
  require(std::ranges::is_sorted(members) && std::ranges::adjacent_find(members) == members.end(),
          "secure aggregation: {} out of order, or one is there twice", what);
}

Secret SecureMember::box_key(InstitutionId from, InstitutionId to) const {
  return key_of_direction(channels_.at(from == self_ ? to : from), from < to);
}

const SealedShares& SecureMember::share(const std::vector<Advertisement>& keys) {
  const std::vector<InstitutionId> members = members_of(keys);
  if (sealed_) {
    require_same(keys_of(keys_), members, "shares");
    return *sealed_;
  }
  require_enough(members, "keys");
  require(holds(members, self_), "secure aggregation: institution {} has not advertised its own keys", self_.value);
  for (const Advertisement& key : keys) {
    keys_.emplace(key.member, key);
    if (key.member != self_) channels_.emplace(key.member, agreed_secret(channel_pair_, key.channel_key, "shares"));
  }
  const auto shares = std::ssize(round_.participants);
  own_seed_shares_ = share_secret(self_seed_, shares, round_.threshold, seed_ / "shares of the self mask");
  own_key_shares_ = share_secret(mask_pair_.secret, shares, round_.threshold, seed_ / "shares of the mask key");
  sealed_ = SealedShares{self_, {}};
  for (const InstitutionId to : members) {
    const std::size_t place = round_.point(to) - 1U;
    if (to == self_) continue;
    sealed_->boxes.emplace(to, seal(own_seed_shares_[place].values, own_key_shares_[place].values, box_key(self_, to)));
  }
  return *sealed_;
}

SecureMember::Received SecureMember::open_box(const SealedShares& shares) const {
  if (shares.member == self_) {
    const std::size_t place = round_.point(self_) - 1U;
    return {own_seed_shares_[place].values, own_key_shares_[place].values};
  }
  const auto box = shares.boxes.find(self_);
  const bool is_there = box != shares.boxes.end() && channels_.contains(shares.member);
  const auto opened = is_there ? unseal(box->second, box_key(shares.member, self_)) : std::nullopt;
  require(opened.has_value(), "secure aggregation: institution {} cannot read what {} sealed for it", self_.value,
          shares.member.value);
  return {(*opened)[0], (*opened)[1]};
}

const OwnMasks& SecureMember::masks(const std::vector<SealedShares>& shares) {
  const std::vector<InstitutionId> members = members_of(shares);
  if (masks_) {
    require_same(keys_of(received_), members, "masks");
    return *masks_;
  }
  require(sealed_.has_value(), "secure aggregation: masks before the member has shared its secrets");
  require_enough(members, "shares");
  require(holds(members, self_), "secure aggregation: institution {} has not shared its own secrets", self_.value);
  std::map<InstitutionId, Received> received;
  OwnMasks masks{round_.format, {{self_seed_, false}}};
  for (const SealedShares& of : shares) {
    require(keys_.contains(of.member), "secure aggregation: shares of institution {}, which has no keys", of.member.value);
    received.emplace(of.member, open_box(of));
    if (of.member == self_) continue;
    masks.masks.push_back({pairwise_seed(mask_pair_, keys_.at(of.member).mask_key), of.member < self_});
  }
  received_ = std::move(received);
  masks_ = std::move(masks);
  return *masks_;
}

const Unmasking& SecureMember::unmask(const std::vector<InstitutionId>& counted) {
  if (unmasking_) {
    require_same(counted_, counted, "unmasking");
    return *unmasking_;
  }
  require(masks_.has_value(), "secure aggregation: unmasking before the member has received shares");
  require_enough(counted, "masked updates");
  for (const InstitutionId member : counted) {
    require(received_.contains(member), "secure aggregation: a masked update of institution {}, which has shared no secrets",
            member.value);
  }
  counted_ = counted;
  unmasking_ = Unmasking{self_, {}};
  for (const auto& [owner, received] : received_) {
    const bool counts = holds(counted, owner);
    unmasking_->shares.push_back({owner, counts ? SecretKind::self_seed : SecretKind::mask_key,
                                  counts ? received.self_seed : received.mask_key});
  }
  return *unmasking_;
}

}  // namespace polyclinic
