// The folder of a store: where what lies in it, and how much that is.
#pragma once

#include <cstdint>
#include <filesystem>

#include "core/base/digest.hpp"

namespace polyclinic {

// FOLDER/polyclinic-store   says that this is a store, and of which version
// FOLDER/claims             never written: byte n is locked by whoever computes the result whose key begins with n
// FOLDER/usage              bytes of all entries; its first byte is locked by whoever changes them
// FOLDER/partial/           entries that are just being written
// FOLDER/entries/ab/cdef... one a result, by its key
class StoreFolder {
 public:
  // Makes the folders where there is nothing yet. Throws UsageError where something else lies there, Error where they cannot be
  // made.
  explicit StoreFolder(std::filesystem::path folder);

  [[nodiscard]] std::filesystem::path claims() const { return folder_ / "claims"; }
  [[nodiscard]] std::filesystem::path entry(const Digest& key) const;
  [[nodiscard]] std::filesystem::path partials() const { return folder_ / "partial"; }

  // Moves a partial file to its place, if nothing is there. Before, while all entries and `bytes` exceed the limit, removes
  // those that were not used for longest. Returns whether it is new. Throws Error where that is not possible.
  bool admit(const std::filesystem::path& partial, const Digest& key, std::uint64_t bytes, std::uint64_t limit_bytes);
  void remove(const Digest& key);  // an entry that turned out to be damaged

 private:
  std::filesystem::path folder_;
};

[[nodiscard]] bool is_store_folder(const std::filesystem::path& folder);

}  // namespace polyclinic
