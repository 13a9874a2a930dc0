#include "sim/cli/earlier_run.hpp"

#include <optional>

#include "core/base/error.hpp"
#include "core/record/journal.hpp"
#include "core/record/reader.hpp"
#include "core/scenario/parse.hpp"

namespace polyclinic {
namespace {

// A journal alone counts from its header on, as it does for the reader.
bool holds_something(const std::filesystem::path& file) {
  if (std::filesystem::exists(file)) return true;
  const std::filesystem::path journal = journal_path(file);
  return std::filesystem::exists(journal) && replay_journal(journal).begun;
}

Result recorded(const std::filesystem::path& file) {
  try {
    return read_run(file);
  } catch (const Error& error) {
    throw UsageError(fmt::format("{}; --resume goes on with results alone, --force overwrites anything", error.what()));
  }
}

}  // namespace

EarlierRun earlier_run(const std::filesystem::path& file, const Scenario& scenario) {
  if (!holds_something(file)) return EarlierRun::none;
  const Result earlier = recorded(file);
  if (earlier.state == RunState::running) {
    throw UsageError(fmt::format("{}: another run is writing it right now", file.string()));
  }
  // A run that was killed in its first moments has recorded nothing, not even what it is about.
  const std::string digest = text_or(earlier.data, "/", "scenario_digest", "");
  if (!digest.empty() && digest != scenario_digest(scenario).hex()) {
    throw UsageError(
        fmt::format("{}: holds a run of another scenario, or of this one with other settings or another seed; "
                    "--out FILE.h5 writes elsewhere, --force overwrites it",
                    file.string()));
  }
  return earlier.state == RunState::complete ? EarlierRun::complete : EarlierRun::incomplete;
}

}  // namespace polyclinic
