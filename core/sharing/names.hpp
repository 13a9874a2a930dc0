// Help for somebody who misspelt a name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace polyclinic {

[[nodiscard]] std::string list_names(const std::vector<std::string>& names);  // "a, b, c"

// Throws UsageError: `key` has the unknown value `wanted`; says what is allowed, and the nearest where one is near.
[[noreturn]] void unknown_name(std::string_view key, std::string_view wanted, const std::vector<std::string>& names);

}  // namespace polyclinic
