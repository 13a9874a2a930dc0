#include "core/ledger/signature_cache.hpp"

namespace polyclinic {

bool SignatureCache::is_valid(const Transaction& transaction, const Digest& id) {
  const std::pair entry{id, transaction.key};
  if (valid_.contains(entry)) return true;
  if (!has_valid_signature(transaction)) return false;
  valid_.insert(entry);
  return true;
}

bool SignatureCache::is_valid(const Block& block, const PublicKey& key) {
  const std::pair entry{block.hash(), key};
  if (valid_.contains(entry)) return true;
  if (!has_valid_signature(block.header(), key)) return false;
  valid_.insert(entry);
  return true;
}

void SignatureCache::remember(const Block& block, const std::shared_ptr<const ChainRules>& rules) {
  accepted_.insert_or_assign(block.hash(), Accepted{rules, block.transaction_ids()});
}

// A block of the same hash has the same header, but perhaps not the transactions that the header promises.
bool SignatureCache::remembers(const Block& block, const std::shared_ptr<const ChainRules>& rules) const {
  const auto found = accepted_.find(block.hash());
  return found != accepted_.end() && found->second.rules == rules &&
         found->second.transaction_ids == block.transaction_ids();
}

}  // namespace polyclinic
