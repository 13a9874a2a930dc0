#include "core/store/result_store.hpp"

#include <unistd.h>

#include <atomic>
#include <cstring>
#include <utility>

#include "core/base/error.hpp"
#include "core/store/entry_file.hpp"
#include "core/store/store_folder.hpp"

namespace polyclinic {
namespace {

std::uint64_t first_number(const Digest& key) {
  std::uint64_t number = 0;
  std::memcpy(&number, key.bytes.data(), sizeof number);
  return number;
}

class StoreOnDisk final : public ResultStore {
 public:
  StoreOnDisk(StoreFolder folder, std::uint64_t limit_bytes, std::function<void(const std::string&)> tell)
      : folder_(std::move(folder)), limit_bytes_(limit_bytes), tell_(std::move(tell)) {}

  std::optional<Bytes> find(const Digest& key) override {
    std::optional<Bytes> bytes = read(key);
    ++(bytes ? hits_ : misses_);
    return bytes;
  }

  Lookup find_or_claim(const Digest& key) override {
    Lookup lookup{read(key), std::nullopt};
    if (!lookup.bytes && writes_) {  // what will not be kept is not worth waiting for
      lookup.claim.emplace(folder_.claims(), first_number(key));
      lookup.bytes = read(key);  // it may have come while the claim was another's
      if (lookup.bytes) lookup.claim.reset();
    }
    ++(lookup.bytes ? hits_ : misses_);
    return lookup;
  }

  void keep(const Digest& key, ByteView bytes) override {
    const std::uint64_t size = entry_bytes(bytes.size());
    if (!writes_ || size > limit_bytes_) return;
    std::filesystem::path partial;
    try {
      partial = write_entry(folder_.partials(), key, bytes);
      if (folder_.admit(partial, key, size, limit_bytes_)) kept_bytes_ += std::ssize(bytes);
    } catch (const std::exception& error) {
      if (!partial.empty()) ::unlink(partial.c_str());
      give_up(error.what());
    }
  }

  [[nodiscard]] StoreCounts counts() const override { return {hits_, misses_, kept_bytes_}; }
  [[nodiscard]] DigestMemo& digests() override { return digests_; }

 private:
  std::optional<Bytes> read(const Digest& key) {
    ReadEntry entry = read_entry(folder_.entry(key), key);
    if (entry.exists && !entry.bytes) remove_damaged(key);
    return std::move(entry.bytes);
  }

  void remove_damaged(const Digest& key) {
    try {
      folder_.remove(key);
    } catch (const Error& error) {
      give_up(error.what());
    }
  }

  void give_up(const char* reason) {
    if (writes_.exchange(false)) tell_(fmt::format("{}; no more results are kept for later", reason));
  }

  StoreFolder folder_;
  std::uint64_t limit_bytes_;
  std::function<void(const std::string&)> tell_;
  std::atomic<bool> writes_ = true;
  std::atomic<std::int64_t> hits_ = 0;
  std::atomic<std::int64_t> misses_ = 0;
  std::atomic<std::int64_t> kept_bytes_ = 0;
  DigestMemo digests_;
};

}  // namespace

std::unique_ptr<ResultStore> open_result_store(const std::filesystem::path& folder, std::uint64_t limit_bytes,
                                               std::function<void(const std::string&)> tell) {
  try {
    return std::make_unique<StoreOnDisk>(StoreFolder(folder), limit_bytes, tell);
  } catch (const UsageError&) {
    throw;
  } catch (const Error& error) {
    tell(error.what());
    return nullptr;
  }
}

}  // namespace polyclinic
