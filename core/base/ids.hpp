// Identities of the simulated world: small integers that cannot be mixed up with one another.
#pragma once

#include <compare>
#include <cstdint>

namespace polyclinic {

template <class Tag>
struct Id {
  std::int32_t value = -1;
  auto operator<=>(const Id&) const = default;
};

using InstitutionId = Id<struct InstitutionTag>;  // index into Scenario's expanded institutions
using ChainId = Id<struct ChainTag>;              // index into Scenario::chains
using NodeId = Id<struct NodeTag>;                // index of a validator within its chain

}  // namespace polyclinic
