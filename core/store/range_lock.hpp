// One byte of a file, locked against all other threads and processes; the system gives it back when its holder dies.
#pragma once

#include <cstdint>
#include <filesystem>

namespace polyclinic {

// Locked from construction, which waits as long as another one holds it, to destruction. The byte need not exist. Where the
// file cannot be opened, or the file system knows no locks, nothing is held and nobody is kept out.
class RangeLock {
 public:
  RangeLock(const std::filesystem::path& file, std::uint64_t byte);
  ~RangeLock();
  RangeLock(RangeLock&& other) noexcept;
  RangeLock& operator=(RangeLock&&) = delete;
  RangeLock(const RangeLock&) = delete;
  RangeLock& operator=(const RangeLock&) = delete;

  [[nodiscard]] int descriptor() const { return descriptor_; }  // of the file, to read and write; negative: it is not open

 private:
  int descriptor_;
};

}  // namespace polyclinic
