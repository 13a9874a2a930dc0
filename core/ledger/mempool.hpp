// Transactions that a validator knows, in order of arrival. What is in a chain's ancestry is skipped when a block is built,
// not forgotten, so a transaction from a block that lost a fork is proposed again. A load chain's never runs dry.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "core/ledger/ledger.hpp"

namespace polyclinic {

struct MempoolLimits {                 // of waiting transactions; 0: none
  std::int64_t transactions = 0;
  std::uint64_t bytes = 0;             // as in a block, payloads included where they are stored there
};

class Mempool {
 public:
  // A mempool without a cache of signatures gets one of its own.
  explicit Mempool(std::shared_ptr<const ChainRules> rules, std::shared_ptr<SignatureCache> signatures = nullptr);

  // Takes what check_transaction() accepts; a transaction that is known already is a replay.
  [[nodiscard]] Verdict add(const Transaction& transaction);
  // Takes over a valid block's transactions, which may have come with it only, in case the block is lost.
  void absorb(const BlockPointer& block);
  // Forgets what can never be proposed again: transactions of finalized blocks. They stay known.
  void forget(const std::vector<BlockPointer>& finalized);
  // On a load chain all are: nobody sends them around.
  [[nodiscard]] bool knows(const Digest& transaction) const { return rules_->load || known_.contains(transaction); }

  // What a block on top of `parent` would hold, in order of arrival up to the first that the size limit leaves no room for.
  [[nodiscard]] std::vector<Transaction> select(const Ledger& ledger, const Digest& parent) const;
  // Whether select() would be non-empty.
  [[nodiscard]] bool has_work(const Ledger& ledger, const Digest& parent) const;

 private:
  struct Waiting {
    Digest id;
    Transaction transaction;
  };

  std::shared_ptr<const ChainRules> rules_;
  std::shared_ptr<SignatureCache> signatures_;
  std::vector<Waiting> waiting_;
  std::map<Digest, bool> known_;       // id -> still waiting
};

}  // namespace polyclinic
