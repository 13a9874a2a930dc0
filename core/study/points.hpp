// From what a study varies to its points, each checked against the scenario. Included by the reader of studies alone.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/scenario/limits.hpp"
#include "core/study/study.hpp"
#include "core/study/variation.hpp"

namespace polyclinic {

constexpr double most_runs = 100'000.0;

// Leaves of what is varied, and of the seeds, only what the table [quick] lists: `points` by name, values under `axes`, `seeds`.
// Without such a table all stays. Throws UsageError where it lists what the study does not have.
void keep_quick_part(const Document& document, Variation& variation, std::vector<std::uint64_t>& seeds);

// Every combination of the factors' choices, the first factor's varying slowest; one point "base" where there is none. Throws
// UsageError where they and `seeds` make too many runs, or two are called alike.
[[nodiscard]] std::vector<StudyPoint> combine(const Variation& variation, std::size_t seeds, const std::string& file_name);

// For each of combine()'s points the name of the one that has the choice `wanted`, and else the same choices; none where nothing
// that is varied has a choice of that name.
[[nodiscard]] std::vector<std::string> points_with_choice(const Variation& variation, const std::vector<StudyPoint>& points,
                                                          const std::string& wanted);

// Parses every point's scenario, and returns its scenario_digest. Throws UsageError for the first that is refused, at the line of
// the study that is to blame.
[[nodiscard]] std::vector<std::string> check_scenarios(const Study& study, const Variation& variation,
                                                       const KnownNames& known_names);

}  // namespace polyclinic
