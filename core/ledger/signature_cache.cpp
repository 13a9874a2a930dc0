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

}  // namespace polyclinic
