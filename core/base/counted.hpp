// Numbers of things, as messages and tables name them.
#pragma once

#include <fmt/format.h>

#include <concepts>
#include <string>
#include <string_view>

namespace polyclinic {

// "1 block", "2 blocks", "0 blocks".
[[nodiscard]] std::string counted(std::integral auto count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

}  // namespace polyclinic
