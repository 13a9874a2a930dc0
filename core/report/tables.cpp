#include "core/report/tables.hpp"

#include <algorithm>
#include <map>
#include <span>
#include <tuple>
#include <utility>

#include "core/report/grouped.hpp"
#include "core/study/statistics.hpp"

namespace polyclinic {

namespace {

std::string kind_of(const StudyMetric& metric) {
  const std::string_view unit = metric.unit, name = metric.name;
  if (unit == "s" || unit == "B") return std::string(unit);
  if (name.ends_with("_rate")) return "share";
  return name.ends_with("_blocks") || name == "rounds" ? "count" : "score";
}

// "test_auc" as people write it; the unit of a time or size is in its cells.
std::string title_of(const StudyMetric& metric) {
  std::string title = metric.name;
  for (const std::string_view ending : {"_s", "_bytes"}) {
    if (title.ends_with(ending)) title.resize(title.size() - ending.size());
  }
  std::ranges::replace(title, '_', ' ');
  if (title.starts_with("local ")) title = "own-rows " + title.substr(6);
  if (title.ends_with(" auc")) title.replace(title.size() - 3, 3, "AUC");
  return title == "sim time" ? "simulated time" : title;
}

Json cell_of(const Estimate& value) {
  if (value.count == 0) return nullptr;
  return {json_number(value.mean), json_number(value.low), json_number(value.high), value.count};
}

// Puts `cell` into the line that begins with the texts `keys` and has a cell for each of `columns`: the last one, as
// statistics come line by line, or a new one.
void put(Json& rows, const std::vector<std::string>& keys, std::size_t columns, std::size_t column, Json cell) {
  const auto begins_with_keys = [&](const Json& row) { return std::equal(keys.begin(), keys.end(), row.begin()); };
  if (rows.empty() || !begins_with_keys(rows.back())) {
    Json row = keys;
    for (std::size_t i = 0; i < columns; ++i) row.push_back(nullptr);
    rows.push_back(std::move(row));
  }
  rows.back()[keys.size() + column] = std::move(cell);
}

// By chain, the collaboration before its baselines; else in the order that they have.
void sort_rows(Json& rows) {
  const auto key = [](const Json& row) { return std::tuple(row[0].get<std::string>(), row[2] != "collaboration"); };
  std::stable_sort(rows.begin(), rows.end(), [&](const Json& left, const Json& right) { return key(left) < key(right); });
}

// Baselines that are the same for all points stand once.
Json without_repeated_baselines(const Json& rows) {
  std::map<std::pair<std::string, std::string>, std::vector<const Json*>> of_series;  // by chain and series
  for (const Json& row : rows) of_series[{row[0], row[2]}].push_back(&row);
  Json kept = Json::array();
  for (const Json& row : rows) {
    const std::vector<const Json*>& alike = of_series[{row[0], row[2]}];
    const auto repeats = [&](const Json* other) { return std::equal(row.begin() + 3, row.end(), other->begin() + 3); };
    const bool common = row[2] != "collaboration" && alike.size() > 1 && std::ranges::all_of(alike, repeats);
    if (common && &row != alike.front()) continue;
    kept.push_back(row);
    if (common) kept.back()[1] = "all points";
  }
  return kept;
}

// By column: those that have a cell in any row.
void drop_empty_columns(Json& table, std::size_t first) {
  Json& columns = table["columns"];
  for (std::size_t i = columns.size(); i-- > first;) {
    if (std::ranges::any_of(table["rows"], [&](const Json& row) { return !row[i].is_null(); })) continue;
    columns.erase(i);
    for (Json& row : table["rows"]) row.erase(i);
  }
}

Json figures_table(const ReportInput& input) {
  const std::span<const StudyMetric> metrics = study_metrics();
  Json table = {{"id", "figures"},
                {"title", "Final figures"},
                {"columns", Json::array({{"chain", "text"}, {"point", "text"}, {"series", "text"}})},
                {"rows", Json::array()}};
  table["caption"] = input.result.study.seeds.size() > 1 ? "Mean over seeds, and the 95 % confidence interval."
                                                         : "One seed: no intervals.";
  for (const StudyMetric& metric : metrics) table["columns"].push_back({title_of(metric), "~" + kind_of(metric)});
  for (const StatisticRow& row : statistics(input.result)) {
    const auto metric = std::ranges::find_if(metrics, [&](const StudyMetric& other) { return row.metric == other.name; });
    if (metric == metrics.end()) continue;
    put(table["rows"], {row.chain, row.point, row.series}, metrics.size(),
        static_cast<std::size_t>(metric - metrics.begin()), cell_of(row.value));
  }
  table["rows"] = without_repeated_baselines(table["rows"]);
  sort_rows(table["rows"]);
  for (Json& row : table["rows"]) row[2] = label_of(row[2]);
  drop_empty_columns(table, 3);
  return table;
}

Json differences_table(const ReportInput& input) {
  std::vector<StudyMetric> metrics(study_metrics().begin(), study_metrics().end());
  std::erase_if(metrics, [](const StudyMetric& metric) { return kind_of(metric) != "score"; });
  Json table = {
      {"id", "differences"},
      {"title", "Paired differences"},
      {"columns", Json::array({{"chain", "text"}, {"point", "text"}, {"minus", "text"}})},
      {"rows", Json::array()},
      {"caption",
       "The point minus what it is compared with, pair by pair of runs with the same seed: mean, 95 % confidence interval, "
       "and d, Cohen's effect size for pairs. Not corrected for the number of comparisons."}};
  for (const StudyMetric& metric : metrics) table["columns"].push_back({title_of(metric), "~score"});
  for (const ComparisonRow& row : comparisons(input.result)) {
    const auto metric = std::ranges::find_if(metrics, [&](const StudyMetric& other) { return row.metric == other.name; });
    if (metric == metrics.end() || row.paired.difference.count == 0) continue;
    Json cell = cell_of(row.paired.difference);
    cell.push_back(json_number(row.paired.effect_size));
    put(table["rows"], {row.chain, row.point, label_of(row.against)}, metrics.size(),
        static_cast<std::size_t>(metric - metrics.begin()), std::move(cell));
  }
  sort_rows(table["rows"]);
  drop_empty_columns(table, 3);
  return table;
}

Json targets_table(const ReportInput& input) {
  Json table = {{"id", "targets"},
                {"title", "To the target"},
                {"columns", Json::array({{"chain", "text"},
                                         {"point", "text"},
                                         {"series", "text"},
                                         {"runs", "count"},
                                         {"reached it", "count"},
                                         {"rounds, median", "count"},
                                         {"simulated time, median", "s"},
                                         {"published, median", "B"}})},
                {"rows", Json::array()},
                {"caption",
                 "Runs that never reach the target count as longer than any that does; no median where half of them or "
                 "more do not."}};
  const std::vector<std::string> measures = {"rounds", "sim_time_s", "published_bytes"};
  for (const TargetRow& row : targets(input.result)) {
    const auto measure = std::ranges::find(measures, row.measure) - measures.begin();
    const std::vector<std::string> keys = {row.chain, row.point, label_of(row.series)};
    put(table["rows"], keys, 5, 0, row.time.runs);
    put(table["rows"], keys, 5, 1, row.time.reached);
    put(table["rows"], keys, 5, 2 + static_cast<std::size_t>(measure), json_number(row.time.median));
  }
  return table;
}

Json runs_table(const ReportInput& input) {
  Json table = {
      {"id", "runs"},
      {"title", "Runs"},
      {"rows", Json::array()},
      {"columns", Json::array({{"run", "text"},
                               {"state", "text"},
                               {"wall time", "s"},
                               {"CPU time", "s"},
                               {"peak memory", "B"},
                               {"fingerprint", "text"},
                               {"message", "prose"}})},
      {"caption", "The same scenario and seed give the same fingerprint on one machine with one set of libraries."}};
  for (const StudyRunResult& run : input.result.runs) {
    const auto text = [](std::string value) { return value.empty() ? Json(nullptr) : Json(std::move(value)); };
    table["rows"].push_back({run.run.name, name_of(run.state), json_number(run.wall_s), json_number(run.cpu_s),
                             json_number(run.peak_memory_bytes), text(run.fingerprint.substr(0, 12)), text(run.message)});
  }
  drop_empty_columns(table, 2);
  return table;
}

// Of one run every row has the same point.
void drop_point(Json& table) {
  if (table["columns"].size() < 2 || table["columns"][1][0] != "point") return;
  table["columns"].erase(1);
  for (Json& row : table["rows"]) row.erase(1);
}

}  // namespace

Json report_tables(const ReportInput& input) {
  Json tables = Json::array();
  for (Json table : {figures_table(input), differences_table(input), targets_table(input), runs_table(input)}) {
    if (table["rows"].empty()) continue;
    if (input.single) drop_point(table);
    tables.push_back(std::move(table));
  }
  return tables;
}

}  // namespace polyclinic
