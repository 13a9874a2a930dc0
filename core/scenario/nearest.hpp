// The known name that somebody probably meant.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace polyclinic {

// Insertions, deletions, substitutions and swaps of neighbours that turn one text into the other (optimal string alignment,
// a restriction of Damerau 1964).
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

// The candidate nearest to `name`; empty when none is within a third of its length (at least 2 edits) or an abbreviation.
[[nodiscard]] std::string closest_name(std::string_view name, const std::vector<std::string>& candidates);

// " (did you mean "x"?)", or nothing when no candidate is near.
[[nodiscard]] std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace polyclinic
