#include "sim/messages.hpp"

#include <variant>

namespace polyclinic {
namespace {

// Of a Bitcoin-like inventory: a type and a hash (BIP 144); of a compact block: a short id (BIP 152).
constexpr std::uint64_t inventory_bytes = 36;
constexpr std::uint64_t short_id_bytes = 6;

struct SizeOf {
  std::uint64_t operator()(const Submission& submission) const { return simulated_bytes(submission); }
  std::uint64_t operator()(const ConsensusMessagePointer& message) const { return message->bytes(); }
  std::uint64_t operator()(const BlockMessage& message) const { return message.block->bytes(); }
  std::uint64_t operator()(const CompactBlock& message) const {
    return header_bytes + short_id_bytes * message.block->transactions().size();
  }
  std::uint64_t operator()(const Inventory& message) const {
    return inventory_bytes * (message.blocks.size() + message.transactions.size());
  }
  std::uint64_t operator()(const Request& message) const {
    return inventory_bytes * (message.blocks.size() + message.transactions.size());
  }
  std::uint64_t operator()(const CatchUpRequest& message) const { return 32 * message.known.size(); }
  std::uint64_t operator()(const CatchUpAnswer& message) const {
    std::uint64_t bytes = message.proof ? message.proof->bytes() : 0;
    for (const BlockPointer& block : message.blocks) bytes += block->bytes();
    return bytes;
  }
};

}  // namespace

// The header that closed the round or its phase, the number of the round that is open, and where it has phases, which.
std::uint64_t simulated_bytes(const Announcement& announcement) { return header_bytes + 8 + (announcement.phase ? 1 : 0); }

// Heights of head and final block, and the headers.
std::uint64_t simulated_bytes(const RelayNews& news) { return 16 + header_bytes * news.blocks.size(); }

std::uint64_t simulated_bytes(const Submission& submission) {
  return transaction_bytes + (submission.payload ? submission.transaction.payload_bytes : 0);
}

std::uint64_t simulated_bytes(const NodeMessage& message) { return std::visit(SizeOf{}, message); }

}  // namespace polyclinic
