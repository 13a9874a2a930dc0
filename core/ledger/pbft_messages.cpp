#include "core/ledger/pbft_messages.hpp"

namespace polyclinic::pbft {
namespace {

constexpr std::uint64_t signature_bytes = 64;
constexpr std::uint64_t proposal_bytes = 4 + 8 + 8 + signature_bytes;
constexpr std::uint64_t round_change_bytes = 4 + 4 + 8 + 8 + 1 + signature_bytes;
constexpr std::uint64_t certificate_bytes = 4 + 8 + 8 + 32;

}  // namespace

ConsensusMessagePointer Vote::with_vote(const Digest& other) const {
  return std::make_shared<const Vote>(phase, height, round, other);
}

std::uint64_t PreparedCertificate::bytes() const { return static_cast<std::uint64_t>(voters.size()) * vote_bytes; }

std::uint64_t RoundChange::bytes() const { return bytes_without_block() + (prepared ? prepared->block->bytes() : 0); }

std::uint64_t RoundChange::bytes_without_block() const { return round_change_bytes + (prepared ? prepared->bytes() : 0); }

std::int64_t RoundChange::signatures() const { return 1 + (prepared ? prepared->voters.size() : 0); }

std::uint64_t Proposal::bytes() const {
  std::uint64_t sum = proposal_bytes + block->bytes();
  for (const RoundChangePointer& change : justification) sum += change->bytes_without_block();
  return sum;
}

std::int64_t Proposal::signatures() const {
  std::int64_t sum = 1;
  for (const RoundChangePointer& change : justification) sum += change->signatures();
  return sum;
}

ConsensusMessagePointer Proposal::with_proposal(const BlockPointer& other) const {
  return std::make_shared<const Proposal>(height, round, other, justification);
}

std::uint64_t CommitCertificate::bytes() const {
  return certificate_bytes + static_cast<std::uint64_t>(voters.size()) * signature_bytes + descent.size() * header_bytes;
}

bool CommitCertificate::covers(const Header& header) const {
  Digest last = sha256(encode(header));
  std::uint64_t last_height = header.height;
  for (const Header& child : descent) {
    if (child.parent != last || child.height != last_height + 1) return false;
    last = sha256(encode(child));
    last_height = child.height;
  }
  return last == block && last_height == height;
}

}  // namespace polyclinic::pbft
