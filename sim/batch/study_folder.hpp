// The folder of a study's sweep: what is in it, and whose it is. docs/studies.md has its layout.
#pragma once

#include <chrono>
#include <filesystem>

#include "core/study/study_result.hpp"
#include "sim/batch/folder_lock.hpp"

namespace polyclinic {

// What `folder` holds of `study`: every run and its state, all missing where there is no folder or an empty one. Writes nothing.
// Throws UsageError where the folder holds another study, or files and no study. A study may grow and shrink: it is the one that
// is there if it has its name and one of its points, and if points of one name have one scenario.
[[nodiscard]] StudyResult survey(const Study& study, const std::filesystem::path& folder);

// Result files in `folder` of no run of `study`: left by one that it was before. Nobody touches them.
[[nodiscard]] std::size_t count_left_files(const Study& study, const std::filesystem::path& folder);

// A folder that belongs to one sweep of a study for as long as this lives.
class StudyFolder {
 public:
  // Makes the folder, and its study.toml of `study`. Throws as survey() and FolderLock do, and UsageError where a run has been
  // begun, or seeds, points, comparison or target were others, and `resume` is false; then nothing has changed.
  StudyFolder(const std::filesystem::path& folder, const Study& study, bool resume);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }  // absolute
  // What was there when it was last read: at first, or for the manifest.
  [[nodiscard]] const StudyResult& found() const { return found_; }
  // Gives the file of a run that cannot be read another name, so that the run can be done again. The new name; empty: the file
  // can be read, or there is none.
  [[nodiscard]] std::filesystem::path set_damaged_aside(const StudyRun& run) const;
  // Reads what there is now and writes it into study.h5; the second does so only if it takes a small part of the time.
  const StudyResult& write_manifest();
  void write_manifest_at_times();

 private:
  std::filesystem::path path_;
  FolderLock lock_;
  StudyResult found_;
  std::chrono::steady_clock::time_point written_;
  std::chrono::steady_clock::duration writing_{};
};

}  // namespace polyclinic
