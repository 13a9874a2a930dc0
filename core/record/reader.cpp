#include "core/record/reader.hpp"

#include "core/record/hdf5_file.hpp"
#include "core/record/journal.hpp"

namespace polyclinic {

namespace {

bool is_complete(const ResultData& data) { return number_or(data, "/", "complete", 0) == 1; }

Result from_file(const std::filesystem::path& path) {
  ResultData data = read_hdf5(path);
  const RunState state = is_complete(data) ? RunState::complete : RunState::incomplete;
  return {std::move(data), state};
}

// A finished file wins over its journal: the run died between its last two acts, writing the one and removing the other. Where
// the file is damaged or missing, its journal still counts.
bool journal_counts(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) return true;
  try {
    return !is_complete(read_hdf5(path));
  } catch (const Error&) {
    return true;
  }
}

}  // namespace

Result read_run(const std::filesystem::path& path) {
  const std::filesystem::path journal = journal_path(path);
  if (!std::filesystem::exists(journal) || !journal_counts(path)) return from_file(path);
  // Asked first: a run that finishes meanwhile is then called running, not killed.
  const RunState state = is_locked(journal) ? RunState::running : RunState::killed;
  Replay replay = replay_journal(journal);
  return replay.begun ? Result{std::move(replay.data), state} : from_file(path);
}

ResultData read_result(const std::filesystem::path& path) { return read_run(path).data; }

bool complete_file(const std::filesystem::path& path) {
  const Result result = read_run(path);
  if (result.state != RunState::killed) return false;
  write_hdf5(path, result.data);
  std::filesystem::remove(journal_path(path));
  return true;
}

}  // namespace polyclinic
