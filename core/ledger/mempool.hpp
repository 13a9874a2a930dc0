// Transactions that a validator knows, in order of arrival. What is in a chain's ancestry is skipped when a block is built,
// not forgotten, so a transaction from a block that lost a fork is proposed again. A load chain's never runs dry.
#pragma once

#include <cstdint>
#include <map>
#include <unordered_map>
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
  explicit Mempool(std::shared_ptr<const ChainRules> rules, std::shared_ptr<SignatureCache> signatures = nullptr,
                   MempoolLimits limits = {});

  // Takes what check_transaction() accepts; a transaction that is known already is a replay, and a full pool takes none
  // (mempool_full).
  [[nodiscard]] Verdict add(const Transaction& transaction);
  // Takes over a valid block's transactions, which may have come with it only, in case the block is lost; beyond the limits
  // too, since who has the block has them.
  void absorb(const BlockPointer& block);
  // Transactions of finalized blocks wait no more. They stay known.
  void forget(const std::vector<BlockPointer>& finalized);
  // Transactions of blocks that are not final any more wait again, in their old place.
  void restore(const std::vector<BlockPointer>& reversed);
  // On a load chain all are: nobody sends them around.
  [[nodiscard]] bool knows(const Digest& transaction) const { return rules_->load || known_.contains(transaction); }
  // Null unless it waits.
  [[nodiscard]] const Transaction* find(const Digest& transaction) const;
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

  // What a block on top of `parent` would hold, in order of arrival up to the first that the limits of a block's size and gas
  // leave no room for.
  [[nodiscard]] std::vector<Transaction> select(const Ledger& ledger, const Digest& parent) const;
  // Whether select() would be non-empty. Asked again about the same parent, it looks at what has come since.
  [[nodiscard]] bool has_work(const Ledger& ledger, const Digest& parent) const;

 private:
  using Arrival = std::uint64_t;
  struct Waiting {
    Digest id;
    Transaction transaction;
  };
  struct Known {
    Arrival arrival = 0;
    bool waits = false;
  };
  // has_work()'s last answer: of what came before `next`, whether something is not in `parent`'s ancestry.
  struct Answer {
    Digest parent;
    Arrival next = 0;
    bool has_work = false;
  };

  [[nodiscard]] Verdict check_room(const Transaction& transaction) const;
  void wait(const Digest& id, Arrival arrival, const Transaction& transaction);

  std::shared_ptr<const ChainRules> rules_;
  std::shared_ptr<SignatureCache> signatures_;
  MempoolLimits limits_;
  std::map<Arrival, Waiting> waiting_;
  std::uint64_t waiting_bytes_ = 0;
  std::unordered_map<Digest, Known, DigestHash> known_;
  Arrival next_ = 0;
  mutable Answer answer_;
};

}  // namespace polyclinic
