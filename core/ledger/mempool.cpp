#include "core/ledger/mempool.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

namespace polyclinic {

Mempool::Mempool(std::shared_ptr<const ChainRules> rules, std::shared_ptr<SignatureCache> signatures)
    : rules_(std::move(rules)),
      signatures_(signatures ? std::move(signatures) : std::make_shared<SignatureCache>()) {}

Verdict Mempool::add(const Transaction& transaction) {
  const Digest id = transaction_id(transaction);
  if (knows(id)) return {Rejection::replayed_transaction, fmt::format("transaction {} is known", id.short_hex())};
  Verdict verdict = check_transaction(transaction, id, *rules_, *signatures_);
  if (!verdict.accepted()) return verdict;
  known_.emplace(id, true);
  waiting_.push_back({id, transaction});
  return {};
}

void Mempool::absorb(const BlockPointer& block) {
  if (rules_->load) return;
  for (std::size_t i = 0; i < block->transactions().size(); ++i) {
    const Digest& id = block->transaction_ids()[i];
    if (known_.emplace(id, true).second) waiting_.push_back({id, block->transactions()[i]});
  }
}

void Mempool::forget(const std::vector<BlockPointer>& finalized) {
  if (rules_->load) return;
  for (const BlockPointer& block : finalized) {
    for (const Digest& id : block->transaction_ids()) known_[id] = false;
  }
  std::erase_if(waiting_, [this](const Waiting& entry) { return !known_.at(entry.id); });
}

std::vector<Transaction> Mempool::select(const Ledger& ledger, const Digest& parent) const {
  if (rules_->load) {
    return {synthetic_transaction(*rules_->load, rules_->chain, ledger.find(parent)->header().height + 1)};
  }
  std::vector<Transaction> selected;
  std::uint64_t bytes = header_bytes;
  for (const Waiting& entry : waiting_) {
    if (ledger.includes(entry.id, parent)) continue;
    bytes += bytes_in_block(entry.transaction, *rules_);
    if (bytes > rules_->max_block_bytes) break;
    selected.push_back(entry.transaction);
  }
  return selected;
}

// The newest first: they are the least likely to be in a block already.
bool Mempool::has_work(const Ledger& ledger, const Digest& parent) const {
  const auto is_new = [&](const Waiting& entry) { return !ledger.includes(entry.id, parent); };
  return rules_->load || std::ranges::any_of(waiting_ | std::views::reverse, is_new);
}

}  // namespace polyclinic
