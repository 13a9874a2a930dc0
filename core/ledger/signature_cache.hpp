// Remembers which signatures were found valid, so that a run verifies each content once however many simulated computers
// check it (they are charged all the same, see Work). For one thread.
#pragma once

#include <cstddef>
#include <set>
#include <utility>

#include "core/ledger/block.hpp"

namespace polyclinic {

class SignatureCache {
 public:
  // Whether the signature is valid under the transaction's own key. `id` is transaction_id(transaction).
  [[nodiscard]] bool is_valid(const Transaction& transaction, const Digest& id);
  // Whether the block's proposer signed with `key`.
  [[nodiscard]] bool is_valid(const Block& block, const PublicKey& key);
  [[nodiscard]] std::size_t size() const { return valid_.size(); }  // signatures found valid so far

 private:
  std::set<std::pair<Digest, PublicKey>> valid_;  // hashes of signed contents, their signatures included
};

}  // namespace polyclinic
