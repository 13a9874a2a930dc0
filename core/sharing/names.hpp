// Help for somebody who misspelt a name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace polyclinic {

// The name with the fewest insertions, deletions and replacements of characters from `wanted` (the first of several);
// empty when there are no names.
[[nodiscard]] std::string nearest_name(std::string_view wanted, const std::vector<std::string>& names);

[[nodiscard]] std::string list_names(const std::vector<std::string>& names);  // "a, b, c"

// Throws UsageError: `key` has the unknown value `wanted`; says what is allowed and which name is nearest.
[[noreturn]] void unknown_name(std::string_view key, std::string_view wanted, const std::vector<std::string>& names);

}  // namespace polyclinic
