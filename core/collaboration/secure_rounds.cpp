#include "core/collaboration/secure_rounds.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/secure_aggregation/encoding.hpp"

namespace polyclinic {
namespace {

std::vector<InstitutionId> authors_of(const std::vector<Transaction>& statements) {
  std::vector<InstitutionId> authors;
  for (const Transaction& statement : statements) authors.push_back(statement.author);
  return authors;
}

}  // namespace

bool SecureRounds::note(const ClosedPhase& phase) {
  if (phase.round < first_) return true;
  Round& round = rounds_[phase.round];
  const auto [place, is_new] = round.over.emplace(phase.phase, phase.statements);
  if (!is_new) return authors_of(place->second) == authors_of(phase.statements);
  for (const Transaction& said : phase.statements) {
    if (phase.phase == SecurePhase::updates) break;
    const ByteView bytes = said_.at(said.payload)->payload();
    if (phase.phase == SecurePhase::keys) round.keys.push_back(decode_advertisement(said.author, bytes));
    if (phase.phase == SecurePhase::key_shares) round.shares.push_back(decode_shares(said.author, bytes));
  }
  return true;
}

const SecureRounds::Round* SecureRounds::find(std::int64_t round) const {
  const auto found = rounds_.find(round);
  return found == rounds_.end() ? nullptr : &found->second;
}

bool SecureRounds::may_speak(InstitutionId member, std::int64_t round, SecurePhase phase) const {
  if (round < first_) return false;
  if (phase == SecurePhase::keys) return std::ranges::binary_search(participants(*plan_->rounds, round), member);
  const Round* found = find(round);
  if (found == nullptr) return false;
  const auto before = found->over.find(static_cast<SecurePhase>(static_cast<int>(phase) - 1));
  return before != found->over.end() && std::ranges::binary_search(before->second, member, {}, &Transaction::author);
}

SecureMember& SecureRounds::member(InstitutionId institution, std::int64_t round) {
  std::map<InstitutionId, SecureMember>& members = rounds_[round].members;
  const auto found = members.find(institution);
  if (found != members.end()) return found->second;
  const Seed seed = plan_->seed / "secure aggregation" / institution.value / round;
  SecureMember own(secure_round(*plan_, round, plan_->ring_bits), institution, seed);
  return members.emplace(institution, std::move(own)).first->second;
}

Bytes SecureRounds::bytes_of(InstitutionId institution, std::int64_t round, SecurePhase phase) {
  SecureMember& own = member(institution, round);
  const Round& known = rounds_.at(round);
  switch (phase) {
    case SecurePhase::keys: return encode(own.advertise());
    case SecurePhase::key_shares: return encode(own.share(known.keys));
    case SecurePhase::unmasking: return encode(own.unmask(authors_of(known.over.at(SecurePhase::updates))));
    case SecurePhase::updates: break;
  }
  fail("secure aggregation: an update is no statement");
}

SharedUpdatePointer SecureRounds::statement(InstitutionId institution, std::int64_t round, SecurePhase phase) {
  auto statement = std::make_shared<const SharedUpdate>(bytes_of(institution, round, phase));
  if (said_.emplace(statement->digest(), statement).second) said_in_[round].push_back(statement->digest());
  return statement;
}

const OwnMasks& SecureRounds::masks(InstitutionId institution, std::int64_t round) {
  return member(institution, round).masks(rounds_.at(round).shares);
}

std::int64_t SecureRounds::speakers(std::int64_t round, SecurePhase phase) const {
  const Round* found = find(round);
  if (found == nullptr) return 0;
  const auto place = found->over.find(phase);
  return place == found->over.end() ? 0 : std::ssize(place->second);
}

std::uint64_t SecureRounds::bytes_of_others(InstitutionId reader, std::int64_t round, SecurePhase phase) const {
  const Round* found = find(round);
  std::uint64_t bytes = 0;
  if (found == nullptr || !found->over.contains(phase)) return bytes;
  for (const Transaction& said : found->over.at(phase)) bytes += said.author == reader ? 0 : said.payload_bytes;
  return bytes;
}

void SecureRounds::forget(std::int64_t round) {
  first_ = std::max(first_, round + 1);
  rounds_.erase(rounds_.begin(), rounds_.upper_bound(round));
  const auto last = said_in_.upper_bound(round);
  for (auto place = said_in_.begin(); place != last; ++place) {
    for (const Digest& digest : place->second) said_.erase(digest);
  }
  said_in_.erase(said_in_.begin(), last);
}

}  // namespace polyclinic
