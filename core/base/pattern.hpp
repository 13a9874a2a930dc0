// Names chosen by a pattern.
#pragma once

#include <string_view>

namespace polyclinic {

// Whether `pattern` covers the whole of `name`: * stands for any run of characters (none too), ? for any one character,
// everything else for itself. Linear in most cases, at worst pattern times name.
[[nodiscard]] bool matches(std::string_view pattern, std::string_view name);

}  // namespace polyclinic
