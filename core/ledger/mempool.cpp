#include "core/ledger/mempool.hpp"

#include <fmt/format.h>

#include <utility>

namespace polyclinic {

Mempool::Mempool(std::shared_ptr<const ChainRules> rules, std::shared_ptr<SignatureCache> signatures, MempoolLimits limits)
    : rules_(std::move(rules)),
      signatures_(signatures ? std::move(signatures) : std::make_shared<SignatureCache>()), limits_(limits) {}

Verdict Mempool::add(const Transaction& transaction) {
  const Digest id = transaction_id(transaction);
  if (knows(id)) return {Rejection::replayed_transaction, fmt::format("transaction {} is known", id.short_hex())};
  Verdict verdict = check_room(transaction);
  if (verdict.accepted()) verdict = check_transaction(transaction, id, *rules_, *signatures_);
  if (verdict.accepted()) wait(id, next_++, transaction);
  return verdict;
}

void Mempool::absorb(const BlockPointer& block) {
  if (rules_->load) return;
  for (std::size_t i = 0; i < block->transactions().size(); ++i) {
    const Digest& id = block->transaction_ids()[i];
    if (!known_.contains(id)) wait(id, next_++, block->transactions()[i]);
  }
}

void Mempool::forget(const std::vector<BlockPointer>& finalized) {
  if (rules_->load) return;
  answer_ = {};
  for (const BlockPointer& block : finalized) {
    for (const Digest& id : block->transaction_ids()) {
      const auto [known, is_new] = known_.try_emplace(id, Known{next_, false});
      next_ += is_new;
      if (!std::exchange(known->second.waits, false)) continue;
      const auto waiting = waiting_.find(known->second.arrival);
      waiting_bytes_ -= bytes_in_block(waiting->second.transaction, *rules_);
      waiting_.erase(waiting);
    }
  }
}

void Mempool::restore(const std::vector<BlockPointer>& reversed) {
  if (rules_->load) return;
  answer_ = {};
  for (const BlockPointer& block : reversed) {
    for (std::size_t i = 0; i < block->transactions().size(); ++i) {
      const Digest& id = block->transaction_ids()[i];
      if (!known_.at(id).waits) wait(id, known_.at(id).arrival, block->transactions()[i]);
    }
  }
}

const Transaction* Mempool::find(const Digest& transaction) const {
  const auto known = known_.find(transaction);
  if (known == known_.end() || !known->second.waits) return nullptr;
  return &waiting_.at(known->second.arrival).transaction;
}

std::vector<Transaction> Mempool::select(const Ledger& ledger, const Digest& parent) const {
  if (rules_->load) {
    return {synthetic_transaction(*rules_->load, rules_->chain, ledger.find(parent)->header().height + 1)};
  }
  std::vector<Transaction> selected;
  std::uint64_t bytes = header_bytes;
  std::uint64_t gas_used = 0;
  for (const auto& [arrival, entry] : waiting_) {
    if (ledger.includes(entry.id, parent)) continue;
    bytes += bytes_in_block(entry.transaction, *rules_);
    gas_used += gas(entry.transaction, *rules_);
    if (bytes > rules_->max_block_bytes || (rules_->max_block_gas > 0 && gas_used > rules_->max_block_gas)) break;
    selected.push_back(entry.transaction);
  }
  return selected;
}

// The newest first: they are the least likely to be in a block already.
bool Mempool::has_work(const Ledger& ledger, const Digest& parent) const {
  if (rules_->load) return true;
  if (answer_.parent != parent) answer_ = {parent, 0, false};
  for (auto entry = waiting_.rbegin(); !answer_.has_work && entry != waiting_.rend(); ++entry) {
    if (entry->first < answer_.next) break;
    answer_.has_work = !ledger.includes(entry->second.id, parent);
  }
  answer_.next = next_;
  return answer_.has_work;
}

Verdict Mempool::check_room(const Transaction& transaction) const {
  if (limits_.transactions > 0 && std::ssize(waiting_) >= limits_.transactions) {
    return {Rejection::mempool_full, fmt::format("{} transactions wait, at most {} may", waiting_.size(),
                                                 limits_.transactions)};
  }
  const std::uint64_t bytes = bytes_in_block(transaction, *rules_);
  if (limits_.bytes > 0 && (waiting_bytes_ > limits_.bytes || bytes > limits_.bytes - waiting_bytes_)) {
    return {Rejection::mempool_full, fmt::format("{} bytes wait, at most {} may, this one has {}", waiting_bytes_,
                                                 limits_.bytes, bytes)};
  }
  return {};
}

void Mempool::wait(const Digest& id, Arrival arrival, const Transaction& transaction) {
  known_.insert_or_assign(id, Known{arrival, true});
  waiting_.emplace(arrival, Waiting{id, transaction});
  waiting_bytes_ += bytes_in_block(transaction, *rules_);
}

}  // namespace polyclinic
