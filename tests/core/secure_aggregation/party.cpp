#include "tests/core/secure_aggregation/party.hpp"

namespace polyclinic::test {

Party::Party(std::int64_t count, std::int64_t threshold, FixedPoint format, std::int64_t coordinates) : coordinates_(coordinates) {
  format.participants = count;
  round = {{}, threshold, format};
  for (std::int64_t i = 0; i < count; ++i) round.participants.push_back({static_cast<std::int32_t>(10 + i)});
  for (const InstitutionId id : round.participants) members.emplace(id, SecureMember(round, id, Seed(7) / "secure" / id.value));
}

Words Party::plain(InstitutionId of) const {
  std::vector<float> values;
  for (std::int64_t i = 0; i < coordinates_; ++i) {
    values.push_back(static_cast<float>(of.value) * 0.25F - 0.125F * static_cast<float>(i) - 2.5F);
  }
  return weighted_words(values, of.value - 9, round.format);
}

Words Party::plain_sum(const std::vector<InstitutionId>& of) const {
  Words sum(static_cast<std::size_t>(coordinates_) + 1);
  for (const InstitutionId id : of) sum = added(std::move(sum), plain(id), round.format);
  return sum;
}

Words Party::masked_words(InstitutionId of) { return members.at(of).masks(shares).hide(plain(of)); }

OpenedSum Party::run(const std::map<InstitutionId, Last>& last) {
  const auto goes = [&](InstitutionId id, Last step) {
    const auto found = last.find(id);
    return found == last.end() || found->second >= step;
  };
  const auto enough = [&](const auto& list) { return std::ssize(list) >= round.threshold; };
  statements = {};
  shares.clear();
  for (auto& [id, member] : members) {
    if (goes(id, Last::advertised)) statements.keys.push_back(member.advertise());
  }
  for (auto& [id, member] : members) {
    if (enough(statements.keys) && goes(id, Last::shared)) shares.push_back(member.share(statements.keys));
  }
  for (const SealedShares& of : shares) statements.sharers.push_back(of.member);
  for (auto& [id, member] : members) {
    if (enough(shares) && goes(id, Last::masked)) statements.masked.push_back({id, masked_words(id)});
  }
  std::vector<InstitutionId> counted;
  for (const MaskedWords& masked : statements.masked) counted.push_back(masked.member);
  for (auto& [id, member] : members) {
    if (enough(counted) && goes(id, Last::unmasked)) statements.unmaskings.push_back(member.unmask(counted));
  }
  return open_sum(round, statements);
}

}  // namespace polyclinic::test
