// Remembers which signatures and blocks were found valid, so that a run verifies each content once however many simulated
// computers check it (they are charged all the same, see Work). For one thread.
#pragma once

#include <cstddef>
#include <memory>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/ledger/block.hpp"

namespace polyclinic {

struct ChainRules;

class SignatureCache {
 public:
  // Whether the signature is valid under the transaction's own key. `id` is transaction_id(transaction).
  [[nodiscard]] bool is_valid(const Transaction& transaction, const Digest& id);
  // Whether the block's proposer signed with `key`.
  [[nodiscard]] bool is_valid(const Block& block, const PublicKey& key);
  [[nodiscard]] std::size_t size() const { return valid_.size(); }  // signatures found valid so far

  // That check_block() accepted exactly this block (the same header and the same transactions, whichever object holds them)
  // under these rules (the same object, which the cache keeps alive).
  void remember(const Block& block, const std::shared_ptr<const ChainRules>& rules);
  [[nodiscard]] bool remembers(const Block& block, const std::shared_ptr<const ChainRules>& rules) const;

 private:
  struct Accepted {
    std::shared_ptr<const ChainRules> rules;
    std::vector<Digest> transaction_ids;
  };

  std::set<std::pair<Digest, PublicKey>> valid_;  // hashes of signed contents, their signatures included
  std::unordered_map<Digest, Accepted, DigestHash> accepted_;  // by the block's hash
};

}  // namespace polyclinic
