// What travels, and how large it is. Only a type with a simulated size can be sent; PrivateUpdate has none.
#pragma once

#include <concepts>
#include <cstdint>

#include "core/ledger/node_message.hpp"
#include "core/sharing/update.hpp"

namespace polyclinic {

// From a validator to a member: `round` (asynchronous: version) is open now, or the collaboration has ended.
struct Announcement {
  std::int64_t round = 0;
  bool ended = false;
};

[[nodiscard]] std::uint64_t simulated_bytes(const Announcement& announcement);
[[nodiscard]] std::uint64_t simulated_bytes(const Submission& submission);
[[nodiscard]] std::uint64_t simulated_bytes(const NodeMessage& message);

template <class T>
concept Sendable = std::movable<T> && requires(const T& message) {
  { simulated_bytes(message) } -> std::same_as<std::uint64_t>;
};
static_assert(Sendable<Announcement> && Sendable<NodeMessage>);
static_assert(!Sendable<PrivateUpdate>, "what an institution learned stays where it is");

}  // namespace polyclinic
