// Digests of large objects that never change, so that one which many jobs share is read once.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "core/base/digest.hpp"

namespace polyclinic {

// Safe with several threads. An object is known by its owners, not by its address, which another one may get after it.
class DigestMemo {
 public:
  [[nodiscard]] Digest of(const std::shared_ptr<const void>& object, const std::function<Digest()>& compute);

 private:
  using Object = std::weak_ptr<const void>;
  std::mutex mutex_;
  std::map<Object, Digest, std::owner_less<Object>> digests_;
};

}  // namespace polyclinic
