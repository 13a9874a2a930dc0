#include "sim/batch/study_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>

#include "core/base/error.hpp"
#include "core/base/output_file.hpp"
#include "core/record/reader.hpp"

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

// Why `study` is not the one that is there, grown or not; empty: it is.
std::string difference(const Study& study, const Study& there) {
  if (study.name != there.name) return fmt::format("\"{}\"", there.name);
  bool related = false;
  for (const StudyPoint& point : study.points) {
    const auto same = std::ranges::find(there.points, point.name, &StudyPoint::name);
    if (same == there.points.end()) continue;
    related = true;
    if (same->scenario_digest != point.scenario_digest)
      return fmt::format("in which point \"{}\" is another scenario: edited since, or with other settings", point.name);
  }
  return related ? "" : "none of whose points this one has";
}

void require_same(const Study& study, const Study& there, const fs::path& folder) {
  const std::string other = difference(study, there);
  if (other.empty()) return;
  throw UsageError(fmt::format("{}: this folder holds another study ({}); choose another --out", folder.string(), other));
}

// Whether the folder holds the study, be it before it grew. Throws where it must not be touched.
bool check_folder(const Study& study, const fs::path& folder) {
  if (fs::exists(folder) && !fs::is_directory(folder)) {
    throw UsageError(fmt::format("{}: this is a file; --out needs a folder", folder.string()));
  }
  if (holds_study(folder)) {
    require_same(study, study_there(folder), folder);
    return true;
  }
  if (holds_nothing(folder)) return false;
  throw UsageError(fmt::format("{}: this folder is not empty and holds no study; choose another --out", folder.string()));
}

// The folder itself, so that it can be locked.
const fs::path& made(const Study& study, const fs::path& folder) {
  check_folder(study, folder);
  fs::create_directories(folder);
  return folder;
}

void require_resumed(const StudyResult& found, const fs::path& folder) {
  if (holds_study(folder) && study_digest(study_there(folder)) != study_digest(found.study)) {
    throw UsageError(
        fmt::format("{}: this study had other points, seeds, comparison or target there; --resume goes on with those of "
                    "now, another --out starts afresh",
                    folder.string()));
  }
  const auto begun =
      std::ranges::count_if(found.runs, [](const StudyRunResult& run) { return run.state != StudyRunState::missing; });
  if (begun == 0) return;
  throw UsageError(
      fmt::format("{}: {} of {} runs of this study have been begun there; --resume does what is left, another "
                  "--out starts afresh",
                  folder.string(), begun, found.runs.size()));
}

}  // namespace

StudyResult survey(const Study& study, const fs::path& folder) {
  check_folder(study, folder);
  return read_runs(folder, study);
}

std::size_t count_left_files(const Study& study, const fs::path& folder) {
  std::set<std::string> own;
  for (const StudyRun& run : study_runs(study)) own.insert(run.file().filename());
  std::error_code absent;
  const auto is_left = [&](const fs::directory_entry& entry) {
    return entry.path().extension() == ".h5" && !own.contains(entry.path().filename());
  };
  return static_cast<std::size_t>(std::ranges::count_if(fs::directory_iterator(folder / "runs", absent), is_left));
}

StudyFolder::StudyFolder(const fs::path& folder, const Study& study, bool resume)
    : path_(fs::absolute(made(study, folder)).lexically_normal()), lock_(path_), found_(survey(study, path_)) {
  if (!resume) require_resumed(found_, path_);
  fs::create_directories(path_ / "runs");
  replace_file(path_ / study_file, view_of(to_toml(study)));  // resources may have changed
}

fs::path StudyFolder::set_damaged_aside(const StudyRun& run) const {
  const fs::path file = path_ / run.file();
  if (!fs::exists(file)) return {};
  try {
    (void)read_run(file);
    return {};
  } catch (const Error&) {
    fs::path aside = file;
    do aside += ".damaged";
    while (fs::exists(aside));
    fs::rename(file, aside);
    return aside;
  }
}

const StudyResult& StudyFolder::write_manifest() {
  const auto begin = std::chrono::steady_clock::now();
  found_ = read_runs(path_, found_.study, found_);
  polyclinic::write_manifest(path_, found_);
  written_ = std::chrono::steady_clock::now();
  writing_ = written_ - begin;
  return found_;
}

void StudyFolder::write_manifest_at_times() {
  if (std::chrono::steady_clock::now() - written_ > pause_per_writing * writing_) (void)write_manifest();
}

}  // namespace polyclinic
