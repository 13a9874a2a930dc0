#include "core/store/store_folder.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "core/base/error.hpp"
#include "core/store/entry_file.hpp"
#include "core/store/range_lock.hpp"

namespace polyclinic {
namespace {

constexpr std::string_view version = "polyclinic store of results, version 1\n";
constexpr double room_left = 0.9;  // of the limit, after entries were removed: so that it is not done for every one

std::filesystem::path marker(const std::filesystem::path& folder) { return folder / "polyclinic-store"; }

struct Entry {
  std::filesystem::path file;
  std::uint64_t bytes = 0;
  std::pair<std::int64_t, std::int64_t> used;  // seconds and nanoseconds
};

// What another process removes meanwhile is left out.
std::vector<Entry> entries_in(const std::filesystem::path& folder) {
  std::vector<Entry> entries;
  std::error_code ignored;
  for (std::filesystem::recursive_directory_iterator at(folder, ignored), end; at != end; at.increment(ignored)) {
    struct stat status {};
    if (::stat(at->path().c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
    const std::pair<std::int64_t, std::int64_t> used{status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
    entries.push_back({at->path(), pages_of(static_cast<std::uint64_t>(status.st_size)), used});
  }
  return entries;
}

// The sum of all entries, in a file under a lock. Where the file is missing or damaged, or was left behind the truth by a
// process that died, counting again mends it.
class Usage {
 public:
  explicit Usage(const std::filesystem::path& folder)
      : entries_(folder / "entries"), lock_(folder / "usage", 0), bytes_(read()) {}

  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  void set(std::uint64_t bytes) {
    bytes_ = bytes;
    const std::array<std::uint64_t, 2> record = {bytes, ~bytes};
    require(::pwrite(lock_.descriptor(), record.data(), sizeof record, 0) == sizeof record, "{}: cannot write: {}",
            (entries_.parent_path() / "usage").string(), std::strerror(errno));
  }
  void make_room(std::uint64_t bytes, std::uint64_t limit_bytes);

 private:
  [[nodiscard]] std::uint64_t read() const {
    std::array<std::uint64_t, 2> record{};
    const bool whole = ::pread(lock_.descriptor(), record.data(), sizeof record, 0) == sizeof record;
    if (whole && record[0] == ~record[1]) return record[0];
    std::uint64_t sum = 0;
    for (const Entry& entry : entries_in(entries_)) sum += entry.bytes;
    return sum;
  }

  std::filesystem::path entries_;
  RangeLock lock_;
  std::uint64_t bytes_;
};

void Usage::make_room(std::uint64_t bytes, std::uint64_t limit_bytes) {
  if (bytes_ + bytes <= limit_bytes) return;
  std::vector<Entry> entries = entries_in(entries_);
  std::ranges::sort(entries,
                    [](const Entry& a, const Entry& b) { return std::tie(a.used, a.file) < std::tie(b.used, b.file); });
  std::uint64_t sum = 0;
  for (const Entry& entry : entries) sum += entry.bytes;
  const auto target = std::max(bytes, static_cast<std::uint64_t>(room_left * static_cast<double>(limit_bytes)));
  for (const Entry& entry : entries) {
    if (sum + bytes <= target) break;
    if (::unlink(entry.file.c_str()) == 0) sum -= entry.bytes;
  }
  set(sum);
}

void move_into_place(const std::filesystem::path& partial, const std::filesystem::path& file) {
  if (::rename(partial.c_str(), file.c_str()) == 0) return;
  std::error_code ignored;
  std::filesystem::create_directories(file.parent_path(), ignored);
  require(::rename(partial.c_str(), file.c_str()) == 0, "{}: cannot create: {}", file.string(), std::strerror(errno));
}

// In this order: whoever finds anything of a store in the folder then finds the marker there, too.
void require_free_or_store(const std::filesystem::path& folder) {
  if (!std::filesystem::exists(folder)) return;
  const bool empty = std::filesystem::is_directory(folder) && std::filesystem::is_empty(folder);
  if (empty || is_store_folder(folder)) return;
  throw UsageError(
      fmt::format("{}: is neither empty nor a store of results of this version; --store DIR takes another folder, "
                  "--store none keeps nothing",
                  folder.string()));
}

// Whatever died while it wrote an entry left it half-written; nobody takes an hour for one.
void remove_abandoned(const std::filesystem::path& partials) {
  const auto long_ago = std::filesystem::file_time_type::clock::now() - std::chrono::hours(1);
  std::error_code ignored;
  for (std::filesystem::directory_iterator at(partials, ignored), end; at != end; at.increment(ignored)) {
    if (at->last_write_time(ignored) < long_ago) std::filesystem::remove(at->path(), ignored);
  }
}

}  // namespace

bool is_store_folder(const std::filesystem::path& folder) {
  std::ifstream stream(marker(folder), std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  // One that is just being made may still be empty.
  return std::filesystem::is_regular_file(marker(folder)) && (text.empty() || text == version);
}

StoreFolder::StoreFolder(std::filesystem::path folder) : folder_(std::move(folder)) {
  try {
    require_free_or_store(folder_);
    std::filesystem::create_directories(folder_);
    if (!is_store_folder(folder_) || std::filesystem::is_empty(marker(folder_))) {
      std::ofstream(marker(folder_), std::ios::binary) << version;
    }
    std::filesystem::create_directory(partials());
    std::filesystem::create_directory(folder_ / "entries");
  } catch (const std::filesystem::filesystem_error& error) {
    fail("{}: cannot make a store of results: {}", folder_.string(), error.code().message());
  }
  remove_abandoned(partials());
}

std::filesystem::path StoreFolder::entry(const Digest& key) const {
  const std::string name = key.hex();
  return folder_ / "entries" / name.substr(0, 2) / name.substr(2);
}

bool StoreFolder::admit(const std::filesystem::path& partial, const Digest& key, std::uint64_t bytes,
                        std::uint64_t limit_bytes) {
  const std::filesystem::path file = entry(key);
  Usage usage(folder_);
  if (std::filesystem::exists(file)) {
    ::unlink(partial.c_str());
    return false;
  }
  usage.make_room(bytes, limit_bytes);
  usage.set(usage.bytes() + bytes);  // first: after a kill in between, the sum is too high, and is counted again the sooner
  move_into_place(partial, file);
  return true;
}

void StoreFolder::remove(const Digest& key) {
  const std::filesystem::path file = entry(key);
  Usage usage(folder_);
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0 || ::unlink(file.c_str()) != 0) return;
  const std::uint64_t bytes = pages_of(static_cast<std::uint64_t>(status.st_size));
  usage.set(usage.bytes() - std::min(bytes, usage.bytes()));
}

}  // namespace polyclinic
