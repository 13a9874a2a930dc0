#include "core/study/axes.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <array>

#include "core/record/figures.hpp"

namespace polyclinic {

namespace {

// A setting's value as it stands in a table of mixed kinds.
Cell cell_of(const std::string& value) {
  const toml::table parsed = toml::parse("value = " + value);
  const toml::node& node = *parsed.get("value");
  if (const auto* integer = node.as_integer()) return integer->get();
  if (const auto* real = node.as_floating_point()) return real->get();
  if (const auto* text = node.as_string()) return text->get();
  return value;
}

// The settings of one key by point, nullptr where a point leaves it alone.
using Settings = std::vector<const Setting*>;

Settings settings_of(const Study& study, const std::string& key) {
  Settings settings;
  for (const StudyPoint& point : study.points) {
    const auto found = std::ranges::find(point.settings, key, &Setting::key);
    settings.push_back(found == point.settings.end() ? nullptr : &*found);
  }
  return settings;
}

CellKind kind_of(const Settings& settings) {
  CellKind kind = CellKind::integer;
  for (const Setting* setting : settings) {
    const Cell cell = setting == nullptr ? Cell(unknown) : cell_of(setting->value);
    if (std::holds_alternative<std::string>(cell)) return CellKind::text;
    if (std::holds_alternative<double>(cell)) kind = CellKind::real;
  }
  return kind;
}

Cell converted(const Setting* setting, CellKind kind) {
  if (setting == nullptr) return kind == CellKind::text ? Cell(std::string()) : Cell(unknown);
  const Cell cell = cell_of(setting->value);
  if (kind == CellKind::text && !std::holds_alternative<std::string>(cell)) return setting->value;
  const auto* integer = std::get_if<std::int64_t>(&cell);
  return kind == CellKind::real && integer != nullptr ? Cell(static_cast<double>(*integer)) : cell;
}

std::string unit_of(const std::string& key, CellKind kind) {
  constexpr std::array<std::pair<std::string_view, const char*>, 5> endings = {
      {{"bytes_per_s", "B/s"}, {"flops_per_s", "FLOP/s"}, {"per_s", "1/s"}, {"_bytes", "B"}, {"_s", "s"}}};
  if (kind == CellKind::text) return "";
  for (const auto& [ending, unit] : endings) {
    if (key.ends_with(ending)) return unit;
  }
  return "1";
}

}  // namespace

Axes axes_of(const Study& study, const std::vector<std::string>& taken) {
  Axes axes{.columns = {}, .cells = std::vector<std::vector<Cell>>(study.points.size())};
  for (const std::string& key : study.keys) {
    const Settings settings = settings_of(study, key);
    const CellKind kind = kind_of(settings);
    const bool clashes = std::ranges::find(taken, key) != taken.end();
    axes.columns.push_back({clashes ? "set." + key : key, unit_of(key, kind), kind});
    for (std::size_t i = 0; i < settings.size(); ++i) axes.cells[i].push_back(converted(settings[i], kind));
  }
  return axes;
}

}  // namespace polyclinic
