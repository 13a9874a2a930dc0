// Receipts that are on the chain before the update that they name.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "core/ledger/transaction.hpp"

namespace polyclinic {

class EarlyReceipts {
 public:
  // A second one of the same institution for the same update changes nothing.
  void add(const Transaction& receipt);
  // Those that name this update, by institution; they are early no more.
  [[nodiscard]] std::vector<Transaction> take(const Digest& update);
  // Those that name a round before this one, in order of the updates they name; they are early no more.
  [[nodiscard]] std::vector<Transaction> take_before(std::int64_t round);

 private:
  std::map<Digest, std::map<InstitutionId, Transaction>> waiting_;  // by the update that they name
};

}  // namespace polyclinic
