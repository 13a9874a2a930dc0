// Transactions that a validator knows, in order of arrival. What is in a chain's ancestry is skipped when a block is built,
// not forgotten, so a transaction from a block that lost a fork is proposed again.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "core/ledger/ledger.hpp"

namespace polyclinic {

class Mempool {
 public:
  explicit Mempool(std::shared_ptr<const ChainRules> rules);

  // Checks chain, author, key and signature; a transaction that is known already is a replay.
  [[nodiscard]] Verdict add(const Transaction& transaction);
  // Forgets what can never be proposed again: transactions of finalized blocks.
  void forget(const std::vector<BlockPointer>& finalized);

  // What a block on top of `parent` would hold: as many as fit the size limit, in order of arrival.
  [[nodiscard]] std::vector<Transaction> select(const Ledger& ledger, const Digest& parent) const;
  // Whether select() would be non-empty.
  [[nodiscard]] bool has_work(const Ledger& ledger, const Digest& parent) const;

 private:
  std::shared_ptr<const ChainRules> rules_;
  std::vector<Transaction> waiting_;
  std::map<Digest, bool> known_;       // id -> still waiting
};

}  // namespace polyclinic
