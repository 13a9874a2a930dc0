// What a plan must fit into before its chain can run: blocks, their gas, and the room for what waits.
#pragma once

#include <cstdint>

#include "core/collaboration/plan.hpp"

namespace polyclinic {

// A transaction with one whole update: what it takes of a block, beside the header, and its gas.
[[nodiscard]] std::uint64_t update_bytes(const ChainPlan& plan);
[[nodiscard]] std::uint64_t update_gas(const ChainPlan& plan);

// Transactions that an update takes: 1, or with consensus.payload = "split" as many as blocks make necessary.
[[nodiscard]] std::uint64_t parts_of_update(const ChainPlan& plan);

// Throws UsageError naming the key where an update is larger than a block (and may not be split), takes more gas than one
// has, is split into more parts than are counted (65535), or is larger than what may wait at a validator.
void require_updates_fit(const ChainPlan& plan);

// The same for a chain of load.
void require_load_fits(const ChainPlan& plan);

// The plan's rules with blocks as large, and with as much gas, as one update of this plan needs.
[[nodiscard]] ChainRules with_room_for_updates(const ChainPlan& plan);

}  // namespace polyclinic
