// Reads results back, those of killed runs too.
#pragma once

#include <filesystem>

#include "core/record/result_data.hpp"

namespace polyclinic {

// How the run behind a result file ended.
enum class RunState {
  complete,    // it finished
  incomplete,  // it failed or was interrupted: the file holds what it recorded
  running,     // it is being written right now: the journal beside the file is locked
  killed,      // it died: the journal beside the file holds what it recorded
};

struct Result {
  ResultData data;
  RunState state = RunState::complete;
};

// The result at `path`; where a journal lies beside the file and the run did not finish, what the journal holds, which is
// everything recorded up to the last moment (attribute complete = 0). Throws Error naming the file where it is missing, damaged
// or no result.
[[nodiscard]] Result read_run(const std::filesystem::path& path);
[[nodiscard]] ResultData read_result(const std::filesystem::path& path);

// For a killed run: brings the file up to date from its journal and removes the journal, so that other programs see all rows
// too. Does nothing and returns false in every other state. Throws Error where the folder cannot be written.
bool complete_file(const std::filesystem::path& path);

}  // namespace polyclinic
