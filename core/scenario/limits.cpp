#include "core/scenario/limits.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace polyclinic {
namespace {

bool may_be_in_identifier(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

}  // namespace

std::string describe_range(const Limits& limits) {
  const bool bounded_low = std::isfinite(limits.low);
  const bool bounded_high = std::isfinite(limits.high);
  if (limits.low == limits.high) return fmt::format(" equal to {}", limits.low);
  if (limits.above && bounded_high) return fmt::format(" above {} and at most {}", limits.low, limits.high);
  if (limits.above) return fmt::format(" above {}", limits.low);
  if (bounded_low && bounded_high) return fmt::format(" from {} to {}", limits.low, limits.high);
  if (bounded_low) return fmt::format(" of at least {}", limits.low);
  return "";
}

const std::vector<std::string>& names_allowed(const Limits& limits, const KnownNames& known_names) {
  return limits.registry != nullptr ? known_names.*limits.registry : limits.names;
}

std::string describe_text(const Limits& limits, const KnownNames& known_names) {
  const std::vector<std::string>& names = names_allowed(limits, known_names);
  if (!names.empty()) return fmt::format("one of \"{}\"", fmt::join(names, "\", \""));
  if (limits.identifier) return "a name of letters, digits, '-', '_' and '.' that begins with neither '-' nor '.'";
  return "a text in quotes";
}

bool is_identifier(const std::string& text) {
  constexpr std::size_t longest = 63;
  if (text.empty() || text.size() > longest || text.front() == '.' || text.front() == '-') return false;
  return std::all_of(text.begin(), text.end(), may_be_in_identifier);
}

}  // namespace polyclinic
