// What travels, and how large it is. Only a type with a simulated size can be sent; PrivateUpdate has none.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/ledger/contract.hpp"
#include "core/ledger/node_message.hpp"
#include "core/sharing/update.hpp"

namespace polyclinic {

// From a validator to a member: `round` (asynchronous: version) is open now, or the collaboration has ended.
struct Announcement {
  std::int64_t round = 0;
  bool ended = false;
  std::optional<SecurePhase> phase = std::nullopt;  // secure aggregation: of the open round
};

// From a validator to a relayer that watches it: what it has not heard of yet, final or not.
struct RelayNews {
  BlockPointer head;
  BlockPointer final_block;
  std::vector<BlockPointer> blocks;    // of the head's branch, oldest first; headers alone travel
};

[[nodiscard]] std::uint64_t simulated_bytes(const Announcement& announcement);
[[nodiscard]] std::uint64_t simulated_bytes(const RelayNews& news);
[[nodiscard]] std::uint64_t simulated_bytes(const Submission& submission);
[[nodiscard]] std::uint64_t simulated_bytes(const NodeMessage& message);

template <class T>
concept Sendable = std::movable<T> && requires(const T& message) {
  { simulated_bytes(message) } -> std::same_as<std::uint64_t>;
};
static_assert(Sendable<Announcement> && Sendable<NodeMessage> && Sendable<RelayNews>);
static_assert(!Sendable<PrivateUpdate>, "what an institution learned stays where it is");

}  // namespace polyclinic
