#include "sim/batch/study_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>

#include "core/base/error.hpp"
#include "core/base/output_file.hpp"

namespace polyclinic {
namespace {

namespace fs = std::filesystem;

constexpr const char* study_file = "study.toml";
constexpr int pause_per_writing = 50;  // at most a fiftieth of the time goes into the manifest

// Also where a sweep was killed before it had put its study there.
bool holds_nothing(const fs::path& folder) {
  static const std::set<std::string> of_a_beginning{"lock", "runs", "study.toml.partial"};
  if (!fs::exists(folder)) return true;
  return std::ranges::all_of(fs::directory_iterator(folder), [](const fs::directory_entry& entry) {
    return of_a_beginning.contains(entry.path().filename()) && (!entry.is_directory() || fs::is_empty(entry.path()));
  });
}

Study study_there(const fs::path& folder) {
  try {
    return read_resolved_study(folder / study_file);
  } catch (const Error& error) {
    throw UsageError(fmt::format("{}: no sweep has written the study.toml in this folder ({}); choose another --out",
                                 folder.string(), error.what()));
  }
}

void require_same(const Study& study, const fs::path& folder) {
  const Study there = study_there(folder);
  if (study_digest(there) == study_digest(study)) return;
  throw UsageError(
      fmt::format("{}: this folder holds another study (\"{}\", with other points, seeds or overrides, or its "
                  "scenario before it was edited); choose another --out",
                  folder.string(), there.name));
}

StudyResult nothing_yet(const Study& study) {
  StudyResult result;
  result.study = study;
  for (StudyRun& run : study_runs(study)) {
    result.runs.emplace_back();
    result.runs.back().run = std::move(run);
  }
  return result;
}

// The folder itself, so that it can be locked.
const fs::path& made(const Study& study, const fs::path& folder) {
  (void)survey(study, folder);
  fs::create_directories(folder);
  return folder;
}

void require_resumed(const StudyResult& found, const fs::path& folder, bool resume) {
  const auto begun =
      std::ranges::count_if(found.runs, [](const StudyRunResult& run) { return run.state != StudyRunState::missing; });
  if (resume || begun == 0) return;
  throw UsageError(
      fmt::format("{}: {} of {} runs of this study have been begun there; --resume does what is left, another "
                  "--out starts afresh",
                  folder.string(), begun, found.runs.size()));
}

}  // namespace

StudyResult survey(const Study& study, const fs::path& folder) {
  if (fs::exists(folder) && !fs::is_directory(folder)) {
    throw UsageError(fmt::format("{}: this is a file; --out needs a folder", folder.string()));
  }
  if (holds_study(folder)) {
    require_same(study, folder);
    return read_study(folder);
  }
  if (holds_nothing(folder)) return nothing_yet(study);
  throw UsageError(fmt::format("{}: this folder is not empty and holds no study; choose another --out", folder.string()));
}

StudyFolder::StudyFolder(const fs::path& folder, const Study& study, bool resume)
    : path_(fs::absolute(made(study, folder)).lexically_normal()), lock_(path_), found_(survey(study, path_)) {
  require_resumed(found_, path_, resume);
  fs::create_directories(path_ / "runs");
  replace_file(path_ / study_file, view_of(to_toml(study)));  // resources may have changed
}

StudyResult StudyFolder::write_manifest() {
  const auto begin = std::chrono::steady_clock::now();
  StudyResult result = read_study(path_);
  polyclinic::write_manifest(path_, result);
  written_ = std::chrono::steady_clock::now();
  writing_ = written_ - begin;
  return result;
}

void StudyFolder::write_manifest_at_times() {
  if (std::chrono::steady_clock::now() - written_ > pause_per_writing * writing_) (void)write_manifest();
}

}  // namespace polyclinic
