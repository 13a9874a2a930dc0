// What a liar may do to a packet: each mutation is of a named kind, drawn from a seed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/seed.hpp"
#include "core/relay/packet.hpp"

namespace polyclinic::testing {

struct Mutant {
  std::string kind;
  Bytes bytes;                             // of a packet, or of what is none
};

// `packet` is honest and holds some headers or objects; `foreign` is an honest packet of another chain with as many of each.
[[nodiscard]] Mutant mutate(const RelayPacket& packet, const RelayPacket& foreign, Random& random);

}  // namespace polyclinic::testing
