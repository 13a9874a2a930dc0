#include "core/report/table_parts.hpp"

#include <algorithm>

namespace polyclinic {

std::string kind_of(const StudyMetric& metric) {
  const std::string_view unit = metric.unit, name = metric.name;
  if (unit == "s" || unit == "B" || unit == "dB") return std::string(unit);
  if (name.ends_with("_rate")) return "share";
  const bool counts = name.ends_with("_blocks") || name.ends_with("_objects") || name.ends_with("_refused") || name == "epsilon";
  return counts || name == "rounds" ? "count" : "score";
}

std::string title_of(const StudyMetric& metric) {
  std::string title = metric.name;
  for (const std::string_view ending : {"_s", "_bytes", "_db"}) {
    if (title.ends_with(ending)) title.resize(title.size() - ending.size());
  }
  std::ranges::replace(title, '_', ' ');
  if (title.starts_with("start ")) title = title.substr(6) + " before round 1";
  if (title.starts_with("first ")) title = title.substr(6) + " after round 1";
  if (title.starts_with("area ")) title = title.substr(5) + " over rounds";
  if (title.starts_with("local ")) title = "own-rows " + title.substr(6);
  if (title.starts_with("auxiliary ")) title = title.substr(10);
  if (title == "leak psnr") return "PSNR";
  if (title == "leak gain") return "above the mean image";
  if (title == "leak recovered rate") return "images recovered";
  if (title == "leak membership tpr") return "membership TPR at 1 % FPR";
  if (title.starts_with("leak ")) title = title.substr(5);
  if (const std::size_t at = title.find("auc"); at != std::string::npos) title.replace(at, 3, "AUC");
  return title == "sim time" ? "simulated time" : title;
}

Json cell_of(const Estimate& value) {
  if (value.count == 0) return nullptr;
  return {json_number(value.mean), json_number(value.low), json_number(value.high), value.count};
}

void put(Json& rows, const std::vector<std::string>& keys, std::size_t columns, std::size_t column, Json cell) {
  const auto is_key = [](const std::string& key, const Json& found) { return found == Json(key); };
  const auto begins_with_keys = [&](const Json& row) { return std::equal(keys.begin(), keys.end(), row.begin(), is_key); };
  if (rows.empty() || !begins_with_keys(rows.back())) {
    Json row = keys;
    for (std::size_t i = 0; i < columns; ++i) row.push_back(nullptr);
    rows.push_back(std::move(row));
  }
  rows.back()[keys.size() + column] = std::move(cell);
}

void drop_empty_columns(Json& table, std::size_t first) {
  Json& columns = table["columns"];
  for (std::size_t i = columns.size(); i-- > first;) {
    if (std::ranges::any_of(table["rows"], [&](const Json& row) { return !row[i].is_null(); })) continue;
    columns.erase(i);
    for (Json& row : table["rows"]) row.erase(i);
  }
}

}  // namespace polyclinic
