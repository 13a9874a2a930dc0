#include "sim/messages.hpp"

namespace polyclinic {
namespace {

// A vote: phase, view, block hash and an Ed25519 signature.
constexpr std::uint64_t vote_bytes = 4 + 8 + 32 + 64;

struct SizeOf {
  std::uint64_t operator()(const Submission& submission) const { return simulated_bytes(submission); }
  std::uint64_t operator()(const FromValidator& mail) const { return simulated_bytes(mail.message); }
  std::uint64_t operator()(const TimerDue&) const { return 0; }
  std::uint64_t operator()(const Stop&) const { return 0; }
  std::uint64_t operator()(const ConsensusMessage& message) const { return std::visit(*this, message); }
  std::uint64_t operator()(const BlockMessage& message) const { return message.block->bytes(); }
  std::uint64_t operator()(const VoteMessage&) const { return vote_bytes; }
};

}  // namespace

// The header that closed the round, and the number of the round that it opens.
std::uint64_t simulated_bytes(const Announcement&) { return header_bytes + 8; }

std::uint64_t simulated_bytes(const Submission& submission) {
  return transaction_bytes + (submission.payload ? submission.payload->bytes() : 0);
}

std::uint64_t simulated_bytes(const NodeMessage& message) { return std::visit(SizeOf{}, message); }
std::uint64_t simulated_bytes(const ValidatorMail& mail) { return std::visit(SizeOf{}, mail); }

}  // namespace polyclinic
