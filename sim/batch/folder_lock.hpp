// One sweep at a time in a study's folder.
#pragma once

#include <filesystem>

namespace polyclinic {

// The lock of the file FOLDER/lock, which also names the process that took it. The processes that it starts hold it too: the
// runs of a killed sweep die with it, but not in the same instant, and nobody shall begin them again before.
class FolderLock {
 public:
  // Waits for a moment for the last runs of a killed sweep. Throws UsageError where another sweep, or what it started, goes on
  // there, Error where the file cannot be written.
  explicit FolderLock(const std::filesystem::path& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int descriptor_;
};

}  // namespace polyclinic
