#include "core/store/digest_memo.hpp"

namespace polyclinic {

Digest DigestMemo::of(const std::shared_ptr<const void>& object, const std::function<Digest()>& compute) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = digests_.find(object); found != digests_.end()) return found->second;
  }
  const Digest digest = compute();
  const std::lock_guard lock(mutex_);
  std::erase_if(digests_, [](const auto& entry) { return entry.first.expired(); });
  digests_.emplace(object, digest);
  return digest;
}

}  // namespace polyclinic
