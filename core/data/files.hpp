// Finding data files, and making sure that they are what they should be.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/data/known_sets.hpp"
#include "core/data/load.hpp"

namespace polyclinic {

// The first place that exists: in each folder of `paths` in turn, each of `candidates` (relative names, in order of
// preference). Throws Error that lists all the places and ends with `hint`.
[[nodiscard]] std::filesystem::path find_data(const std::vector<std::filesystem::path>& candidates, const DataPaths& paths,
                                              const std::string& hint);

// What a scenario's `path` names: as it is when absolute, else looked for in every folder of `paths`.
[[nodiscard]] std::filesystem::path find_given(const std::string& path, const DataPaths& paths);

// Where a known set's file lies: `path` itself, or in `path` when that is a folder; without `path`, by name in the data
// directories and their sub-folder for this set. The first of `names` found is taken; a file whose MD5 the index gives
// and that has another is refused with both sums.
[[nodiscard]] std::filesystem::path find_known(const KnownSet& set, const std::vector<std::string>& names,
                                               const std::string& path, const DataPaths& paths);

// MD5 (RFC 1321) of a file's bytes as 32 lower-case digits: publishers give it, nothing here relies on it for security.
[[nodiscard]] std::string md5_of(const std::filesystem::path& file);

// The whole of a text file; throws Error where it cannot be read.
[[nodiscard]] std::string read_text(const std::filesystem::path& file);

}  // namespace polyclinic
