// What travels, and how large it is. Only a type with a simulated size can be sent; PrivateUpdate has none.
#pragma once

#include <concepts>
#include <cstdint>
#include <variant>

#include "core/base/ids.hpp"
#include "core/ledger/chain_node.hpp"
#include "core/sharing/update.hpp"

namespace polyclinic {

// From a validator to a member: a round has closed; `round` is open now, or the collaboration has ended.
struct Announcement {
  std::int64_t round = 0;
  bool ended = false;
};

// What a validator may find in its mailbox.
struct FromValidator {
  NodeId from;
  NodeMessage message;
};
struct TimerDue {                      // from itself
  SetTimer timer;
};
struct Stop {};                        // every validator has seen the last round close
using ValidatorMail = std::variant<Submission, FromValidator, TimerDue, Stop>;

[[nodiscard]] std::uint64_t simulated_bytes(const Announcement& announcement);
[[nodiscard]] std::uint64_t simulated_bytes(const Submission& submission);
[[nodiscard]] std::uint64_t simulated_bytes(const NodeMessage& message);
[[nodiscard]] std::uint64_t simulated_bytes(const ValidatorMail& mail);

template <class T>
concept Sendable = std::movable<T> && requires(const T& message) {
  { simulated_bytes(message) } -> std::same_as<std::uint64_t>;
};
static_assert(Sendable<Announcement> && Sendable<ValidatorMail>);
static_assert(!Sendable<PrivateUpdate>, "what an institution learned stays where it is");

}  // namespace polyclinic
