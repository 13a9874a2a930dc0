// What a relayer that is not honest does to the packets that it carries.
#pragma once

#include <string>
#include <vector>

#include "core/base/named_kind.hpp"
#include "core/base/seed.hpp"
#include "core/relay/packet.hpp"

namespace polyclinic {

// The behaviours of relayers that BehaviourConfig::kind may name, with a line of description each.
[[nodiscard]] std::vector<NamedKind> relayer_behaviours();

// What a dishonest relayer has at hand besides the packet.
struct RelayerKnowledge {
  KeyPair keys;                        // its own: it has no validator's
  std::vector<RelayPacket> sent;       // earlier ones, oldest first
  std::vector<Header> stale;           // headers of blocks that the source chain has left behind, each the parent of the next
};

// `packet` as `kind` makes it; "" leaves it alone. What a kind has no means for (nothing to replay yet, no stale block) stays
// honest. Throws UsageError for an unknown kind.
[[nodiscard]] RelayPacket misconducted(const std::string& kind, RelayPacket packet, const RelayerKnowledge& knowledge, Seed seed);

}  // namespace polyclinic
