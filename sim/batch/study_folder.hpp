// The folder of a study's sweep: what is in it, and whose it is. docs/studies.md has its layout.
#pragma once

#include <chrono>
#include <filesystem>

#include "core/study/study_result.hpp"
#include "sim/batch/folder_lock.hpp"

namespace polyclinic {

// What `folder` holds of `study`: every run and its state, all missing where there is no folder or an empty one. Writes nothing.
// Throws UsageError where the folder holds another study, or files and no study.
[[nodiscard]] StudyResult survey(const Study& study, const std::filesystem::path& folder);

// A folder that belongs to one sweep of a study for as long as this lives.
class StudyFolder {
 public:
  // Makes the folder and its study.toml where they do not exist. Throws as survey() and FolderLock do, and UsageError where a
  // run has been begun and `resume` is false; then nothing has changed.
  StudyFolder(const std::filesystem::path& folder, const Study& study, bool resume);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }  // absolute
  // What was there at first.
  [[nodiscard]] const StudyResult& found() const { return found_; }
  // Reads what there is now and writes it into study.h5; the second does so only if it takes a small part of the time.
  StudyResult write_manifest();
  void write_manifest_at_times();

 private:
  std::filesystem::path path_;
  FolderLock lock_;
  StudyResult found_;
  std::chrono::steady_clock::time_point written_;
  std::chrono::steady_clock::duration writing_{};
};

}  // namespace polyclinic
