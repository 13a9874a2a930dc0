#include "core/ledger/contract_receipts.hpp"

#include <iterator>

namespace polyclinic {

void EarlyReceipts::add(const Transaction& receipt) { waiting_[receipt.payload].emplace(receipt.author, receipt); }

std::vector<Transaction> EarlyReceipts::take(const Digest& update) {
  std::vector<Transaction> taken;
  const auto found = waiting_.extract(update);
  if (found.empty()) return taken;
  for (const auto& [keeper, receipt] : found.mapped()) taken.push_back(receipt);
  return taken;
}

std::vector<Transaction> EarlyReceipts::take_before(std::int64_t round) {
  std::vector<Transaction> taken;
  for (auto named = waiting_.begin(); named != waiting_.end();) {
    std::erase_if(named->second, [&](const auto& entry) {
      const bool is_over = entry.second.round < round;
      if (is_over) taken.push_back(entry.second);
      return is_over;
    });
    named = named->second.empty() ? waiting_.erase(named) : std::next(named);
  }
  return taken;
}

}  // namespace polyclinic
