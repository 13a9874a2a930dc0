#include "core/study/point_names.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>

#include "core/base/digest.hpp"

namespace polyclinic {
namespace {

constexpr std::size_t longest_value = 32;

bool is_fit(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter || (c >= '0' && c <= '9') || std::string_view("-_.,+=").find(c) != std::string_view::npos;
}

bool is_dropped(char c) { return std::string_view("\"'[]{} ").find(c) != std::string_view::npos; }

// Two long texts that begin alike stay apart.
std::string shortened(const std::string& text, std::size_t longest, const std::string& whole) {
  constexpr std::size_t digits = 8;
  if (text.size() <= longest) return text;
  return text.substr(0, longest - digits - 1) + "-" + blake2b(view_of(whole)).hex().substr(0, digits);
}

std::string last_part(const std::string& key) { return key.substr(key.rfind('.') + 1); }

}  // namespace

bool is_point_name(const std::string& name) {
  if (name.empty() || name.size() > longest_point_name || name.front() == '-' || name.front() == '.') return false;
  return std::all_of(name.begin(), name.end(), is_fit);
}

std::string describe_point_name() {
  return fmt::format(
      "a name of at most {} letters, digits, '-', '_', '.', ',', '+' and '=' that begins with neither '-' nor '.'",
      longest_point_name);
}

std::vector<std::string> short_keys(const std::vector<std::string>& keys) {
  std::vector<std::string> shorts;
  for (const std::string& key : keys) {
    const auto alike =
        std::count_if(keys.begin(), keys.end(), [&](const auto& other) { return last_part(other) == last_part(key); });
    shorts.push_back(alike == 1 ? last_part(key) : key);
  }
  return shorts;
}

std::string name_part(const std::string& short_key, const std::string& value) {
  std::string part = short_key + "=";
  std::string fit;
  for (const char c : value) {
    if (!is_dropped(c)) fit += is_fit(c) ? c : '-';
  }
  return part + shortened(fit, longest_value, value);
}

std::string point_name(const std::vector<std::string>& parts) {
  const std::string name = fmt::format("{}", fmt::join(parts, "_"));
  return shortened(name, longest_point_name, name);
}

}  // namespace polyclinic
