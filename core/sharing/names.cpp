#include "core/sharing/names.hpp"

#include <fmt/ranges.h>

#include "core/base/error.hpp"
#include "core/scenario/nearest.hpp"

namespace polyclinic {

std::string list_names(const std::vector<std::string>& names) { return fmt::format("{}", fmt::join(names, ", ")); }

void unknown_name(std::string_view key, std::string_view wanted, const std::vector<std::string>& names) {
  throw UsageError(
      fmt::format("{} is \"{}\", allowed are {}{}", key, wanted, list_names(names), did_you_mean(wanted, names)));
}

}  // namespace polyclinic
