// Results of jobs on disk, found again by the digest of all that they are a function of: by a run that goes on after a kill,
// and by other runs. Any number of threads and processes may use one folder at once.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/base/bytes.hpp"
#include "core/base/digest.hpp"
#include "core/store/digest_memo.hpp"
#include "core/store/range_lock.hpp"

namespace polyclinic {

inline constexpr std::uint64_t default_store_limit_bytes = 10'000'000'000;

// What this object did.
struct StoreCounts {
  std::int64_t hits = 0;
  std::int64_t misses = 0;
  std::int64_t kept_bytes = 0;  // of the results that it wrote
};

// A result; or, where there is none, the claim to computing it: until it is dropped, others wait for it. Neither where no more is
// kept: then all compute side by side.
struct Lookup {
  std::optional<Bytes> bytes;
  std::optional<RangeLock> claim;
};

class ResultStore {
 public:
  virtual ~ResultStore() = default;

  // What was kept at `key`; this is a use of it. A damaged entry is removed and counts as absent.
  [[nodiscard]] virtual std::optional<Bytes> find(const Digest& key) = 0;
  // The same, but where the result is just being computed elsewhere, waits until it is there or its claim was dropped without
  // it. Whoever holds a claim must wait for no other one and for no other job: then nobody waits in a circle.
  [[nodiscard]] virtual Lookup find_or_claim(const Digest& key) = 0;
  // Puts `bytes` at `key`, unless something is there or they exceed the limit by themselves; those that were not used for
  // longest go first. Never throws: where the folder cannot be written, no more is kept, and the user is told once.
  virtual void keep(const Digest& key, ByteView bytes) = 0;

  [[nodiscard]] virtual StoreCounts counts() const = 0;
  [[nodiscard]] virtual DigestMemo& digests() = 0;
};

// Opens the store in `folder`, or makes one where there is nothing. Its entries, each as the 4 kB pages that it takes, stay
// within `limit_bytes`. `tell` gets at most one message, from any thread. Null, after a message, where the folder cannot be
// made: one does without. Throws UsageError where something else lies there.
[[nodiscard]] std::unique_ptr<ResultStore> open_result_store(const std::filesystem::path& folder, std::uint64_t limit_bytes,
                                                             std::function<void(const std::string&)> tell);

// What is kept at `key`, else what `compute` gives, which is then kept: computed once, however many ask at the same time. What
// it throws is not kept.
template <class Compute, class Encode, class Decode>
[[nodiscard]] auto remembered(ResultStore& store, const Digest& key, Compute compute, Encode encode, Decode decode) {
  const Lookup lookup = store.find_or_claim(key);
  if (lookup.bytes) return decode(ByteView(*lookup.bytes));
  auto result = compute();
  store.keep(key, encode(result));
  return result;
}

}  // namespace polyclinic
