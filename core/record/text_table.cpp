#include "core/record/text_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

namespace polyclinic {

namespace {

// Characters, not bytes: names may hold umlauts.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string three_digits(double value) {
  const int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return fmt::format("{:.{}f}", value, decimals);
}

}  // namespace

TextTable::TextTable(std::vector<std::string> header, std::size_t left_aligned) : left_aligned_(left_aligned) {
  lines_.push_back(std::move(header));
}

void TextTable::add(std::vector<std::string> cells) {
  assert(cells.size() == lines_.front().size());
  lines_.push_back(std::move(cells));
}

std::string TextTable::str(std::string_view indent) const {
  std::vector<std::size_t> widths(lines_.front().size());
  for (const auto& line : lines_) {
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], width_of(line[i]));
  }
  std::string result;
  const auto put_line = [&](const std::vector<std::string>& cells) {
    std::string line(indent);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::string padding(widths[i] - width_of(cells[i]), ' ');
      line += (i == 0 ? "" : "  ") + (i < left_aligned_ ? cells[i] + padding : padding + cells[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    result += line + "\n";
  };
  put_line(lines_.front());
  std::vector<std::string> rule;
  for (const std::size_t width : widths) rule.emplace_back(width, '-');
  put_line(rule);
  std::for_each(lines_.begin() + 1, lines_.end(), put_line);
  return result;
}

std::string score_text(double score) { return std::isnan(score) ? "-" : fmt::format("{:.4f}", score); }

std::string bytes_text(double bytes) {
  if (std::isnan(bytes)) return "-";
  if (bytes < 1000) return fmt::format("{:.0f} B", bytes);
  constexpr std::array units = {"kB", "MB", "GB", "TB", "PB"};
  std::size_t unit = 0;
  double value = bytes / 1000;
  for (; value >= 999.5 && unit + 1 < units.size(); ++unit) value /= 1000;
  return fmt::format("{} {}", three_digits(value), units[unit]);
}

std::string duration_text(double seconds) {
  if (std::isnan(seconds)) return "-";
  if (seconds < 99.95) return three_digits(seconds) + " s";
  const auto whole = std::llround(seconds);
  if (whole < 7200) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  if (whole < 172800) return fmt::format("{} h {:02} min", whole / 3600, whole % 3600 / 60);
  return fmt::format("{} d {:02} h", whole / 86400, whole % 86400 / 3600);
}

}  // namespace polyclinic
