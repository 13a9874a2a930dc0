// What `polyclinic run --resume` finds where its result is to be.
#pragma once

#include <filesystem>

#include "core/scenario/scenario.hpp"

namespace polyclinic {

enum class EarlierRun {
  none,
  incomplete,  // killed, interrupted or failed: done again, it gives the file that it would have given
  complete,    // nothing is left to do
};

// How the run behind the result at `file` ended. Throws UsageError, and touches nothing, where the file is another scenario's
// (other seeds and settings are), no result, or being written right now.
[[nodiscard]] EarlierRun earlier_run(const std::filesystem::path& file, const Scenario& scenario);

}  // namespace polyclinic
