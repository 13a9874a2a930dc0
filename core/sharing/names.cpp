#include "core/sharing/names.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <numeric>

#include "core/base/error.hpp"

namespace polyclinic {
namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string nearest_name(std::string_view wanted, const std::vector<std::string>& names) {
  const auto nearer = [wanted](const std::string& a, const std::string& b) {
    return edit_distance(wanted, a) < edit_distance(wanted, b);
  };
  const auto nearest = std::min_element(names.begin(), names.end(), nearer);
  return nearest == names.end() ? std::string{} : *nearest;
}

std::string list_names(const std::vector<std::string>& names) { return fmt::format("{}", fmt::join(names, ", ")); }

void unknown_name(std::string_view key, std::string_view wanted, const std::vector<std::string>& names) {
  throw UsageError(fmt::format("{} is \"{}\", allowed are {}; the nearest is \"{}\"", key, wanted, list_names(names),
                               nearest_name(wanted, names)));
}

}  // namespace polyclinic
