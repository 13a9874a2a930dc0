// One result as a file: what it is a result of, its size and its checksum stand before it.
#pragma once

#include <filesystem>
#include <optional>

#include "core/base/bytes.hpp"
#include "core/base/digest.hpp"

namespace polyclinic {

// As a new file in `folder`, whose name it returns. Throws Error where it cannot be written; nothing stays then.
[[nodiscard]] std::filesystem::path write_entry(const std::filesystem::path& folder, const Digest& key, ByteView bytes);

struct ReadEntry {
  bool exists = false;
  std::optional<Bytes> bytes;  // none: it does not exist, or is damaged, or another key's
};
// Refreshes the file's time, by which the longest unused is known.
[[nodiscard]] ReadEntry read_entry(const std::filesystem::path& file, const Digest& key);

// On disk, in whole pages of 4096 bytes.
[[nodiscard]] std::uint64_t entry_bytes(std::uint64_t payload_bytes);
[[nodiscard]] std::uint64_t pages_of(std::uint64_t file_bytes);

}  // namespace polyclinic
