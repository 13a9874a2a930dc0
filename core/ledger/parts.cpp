#include "core/ledger/parts.hpp"

#include <algorithm>
#include <limits>

#include "core/base/error.hpp"
#include "core/ledger/block.hpp"

namespace polyclinic {

std::uint64_t largest_part_bytes(const ChainRules& rules) {
  constexpr std::uint64_t any = std::numeric_limits<std::uint64_t>::max();
  if (!rules.payload_on_chain) return any;
  const auto left = [](std::uint64_t whole, std::uint64_t used) { return whole > used ? whole - used : 0; };
  const std::uint64_t by_size = left(rules.max_block_bytes, header_bytes + transaction_bytes);
  if (rules.max_block_gas == 0) return by_size;
  const std::uint64_t by_gas = left(left(rules.max_block_gas, transaction_gas) / gas_per_byte, transaction_bytes);
  return std::min(by_size, by_gas);
}

std::vector<Transaction> split(const Transaction& update, const ChainRules& rules) {
  const std::uint64_t largest = largest_part_bytes(rules);
  if (update.payload_bytes <= largest) return {update};
  require(largest > 0, "no payload fits a block of {} bytes", rules.max_block_bytes);
  const std::uint64_t parts = (update.payload_bytes + largest - 1) / largest;
  require(parts <= std::numeric_limits<std::uint16_t>::max(), "a payload of {} bytes would need {} parts, at most 65535",
          update.payload_bytes, parts);
  const std::uint64_t each = (update.payload_bytes + parts - 1) / parts;
  std::vector<Transaction> transactions;
  for (std::uint64_t part = 0; part < parts; ++part) {
    Transaction& transaction = transactions.emplace_back(update);
    transaction.part = static_cast<std::uint16_t>(part);
    transaction.parts = static_cast<std::uint16_t>(parts);
    transaction.payload_bytes = std::min(each, update.payload_bytes - part * each);
  }
  return transactions;
}

}  // namespace polyclinic
