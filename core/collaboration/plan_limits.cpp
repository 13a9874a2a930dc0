#include "core/collaboration/plan_limits.hpp"

#include <algorithm>
#include <limits>

#include "core/base/error.hpp"
#include "core/collaboration/masked_updates.hpp"
#include "core/ledger/block.hpp"
#include "core/ledger/parts.hpp"

namespace polyclinic {
namespace {

constexpr const char* ways_out = "share less, or set consensus.payload = \"split\" or \"off_chain\"";

std::uint64_t payload_of_update(const ChainPlan& plan) {
  if (!plan.rules->payload_on_chain) return 0;
  return plan.masks_updates() ? masked_update_bytes(plan) : plan.policy->expected_bytes(plan.publishes_control());
}

void require_block_holds_update(const ChainPlan& plan) {
  const ChainRules& rules = *plan.rules;
  const std::uint64_t bytes = header_bytes + update_bytes(plan), gas = update_gas(plan);
  if (bytes > rules.max_block_bytes) {
    throw UsageError(fmt::format("consensus.max_block_bytes = {} is too small: a block with one update has {} bytes; raise "
                                 "it, {}", rules.max_block_bytes, bytes, ways_out));
  }
  if (rules.max_block_gas > 0 && gas > rules.max_block_gas) {
    throw UsageError(fmt::format("consensus.max_block_gas = {} is too little: one update takes {} ({} a transaction, {} a "
                                 "byte); raise it, {}", rules.max_block_gas, gas, transaction_gas, gas_per_byte, ways_out));
  }
}

void require_block_holds_part(const ChainPlan& plan) {
  if (largest_part_bytes(*plan.rules) == 0) {
    throw UsageError(fmt::format("consensus.max_block_bytes = {} and max_block_gas = {} leave no room for any part of an "
                                 "update beside {} bytes of header and transaction; raise them",
                                 plan.rules->max_block_bytes, plan.rules->max_block_gas, header_bytes + transaction_bytes));
  }
  constexpr std::uint64_t most = std::numeric_limits<std::uint16_t>::max();
  if (parts_of_update(plan) > most) {
    throw UsageError(fmt::format("consensus.max_block_bytes = {} and max_block_gas = {} split an update into {} parts, more "
                                 "than {}; raise them, or share less",
                                 plan.rules->max_block_bytes, plan.rules->max_block_gas, parts_of_update(plan), most));
  }
}

void require_pool_holds_update(const ChainPlan& plan) {
  const double room = plan.config.consensus.mempool_bytes;
  const std::uint64_t part = std::min(payload_of_update(plan), largest_part_bytes(*plan.rules)) + transaction_bytes;
  if (room > 0.0 && room < static_cast<double>(part)) {
    throw UsageError(fmt::format("consensus.mempool_bytes = {} is too small: a transaction has {} bytes; raise it, or set it "
                                 "to 0 for no limit", room, part));
  }
}

}  // namespace

std::uint64_t update_bytes(const ChainPlan& plan) { return transaction_bytes + payload_of_update(plan); }

std::uint64_t update_gas(const ChainPlan& plan) { return transaction_gas + gas_per_byte * update_bytes(plan); }

std::uint64_t parts_of_update(const ChainPlan& plan) {
  const std::uint64_t payload = payload_of_update(plan), largest = largest_part_bytes(*plan.rules);
  if (plan.config.consensus.payload != "split" || payload <= largest || largest == 0) return 1;
  return (payload + largest - 1) / largest;
}

void require_updates_fit(const ChainPlan& plan) {
  if (plan.config.consensus.payload == "split") require_block_holds_part(plan);
  else require_block_holds_update(plan);
  require_pool_holds_update(plan);
}

void require_load_fits(const ChainPlan& plan) {
  const ChainRules& rules = *plan.rules;
  const std::uint64_t transaction = transaction_bytes + largest_payload_bytes(*rules.load);
  const std::uint64_t block = header_bytes + transaction, gas = transaction_gas + gas_per_byte * transaction;
  if (block > rules.max_block_bytes) {
    throw UsageError(fmt::format("load.block_bytes = {} makes blocks of up to {} bytes, consensus.max_block_bytes is {}: "
                                 "lower the one or raise the other",
                                 plan.config.load.block_bytes, block, rules.max_block_bytes));
  }
  if (rules.max_block_gas > 0 && gas > rules.max_block_gas) {
    throw UsageError(fmt::format("load.block_bytes = {} makes blocks that take up to {} gas, consensus.max_block_gas is {}: "
                                 "lower the one or raise the other",
                                 plan.config.load.block_bytes, gas, rules.max_block_gas));
  }
}

ChainRules with_room_for_updates(const ChainPlan& plan) {
  ChainRules rules = *plan.rules;
  rules.max_block_bytes = std::max(rules.max_block_bytes, header_bytes + update_bytes(plan));
  if (rules.max_block_gas > 0) rules.max_block_gas = std::max(rules.max_block_gas, update_gas(plan));
  return rules;
}

}  // namespace polyclinic
