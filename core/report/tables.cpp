#include "core/report/tables.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>

#include "core/report/grouped.hpp"
#include "core/report/table_parts.hpp"
#include "core/study/statistics.hpp"

namespace polyclinic {

namespace {

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

bool is_of_curve(std::string_view name) {
  return name.starts_with("start_") || name.starts_with("first_") || name.starts_with("area_");
}
bool is_of_other_chains(std::string_view name) { return name.starts_with("auxiliary_"); }
bool is_of_leakage(std::string_view name) { return name.starts_with("leak_") || name == "epsilon"; }
bool is_final(std::string_view name) { return !is_of_curve(name) && !is_of_other_chains(name) && !is_of_leakage(name); }

struct Part {  // of the figures
  const char* id;
  const char* title;
  bool (*has)(std::string_view metric);
};
constexpr Part final_part{"figures", "Final figures", is_final};
constexpr Part curve_part{"curves", "How learning began and went on", is_of_curve};
constexpr Part auxiliary_part{"auxiliary", "From other chains", is_of_other_chains};
constexpr Part leakage_part{"leakage", "Leakage: the strongest attack of any observer and round in a run", is_of_leakage};

Json figures_table(const ReportInput& input, const Part& part) {
  std::vector<StudyMetric> metrics(study_metrics().begin(), study_metrics().end());
  std::erase_if(metrics, [&](const StudyMetric& metric) { return !part.has(metric.name); });
  Json table = {{"id", part.id},
                {"title", part.title},
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
  std::erase_if(metrics,
                [](const StudyMetric& metric) {
                  const std::string kind = kind_of(metric);
                  return (kind != "score" && kind != "dB") || is_of_other_chains(metric.name);
                });
  Json table = {
      {"id", "differences"},
      {"title", "Paired differences"},
      {"columns", Json::array({{"chain", "text"}, {"point", "text"}, {"minus", "text"}})},
      {"rows", Json::array()},
      {"caption",
       "The point minus what it is compared with, pair by pair of runs with the same seed: mean, 95 % confidence interval, "
       "and d, Cohen's effect size for pairs. Not corrected for the number of comparisons."}};
  for (const StudyMetric& metric : metrics) table["columns"].push_back({title_of(metric), "~" + kind_of(metric)});
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
  for (Json table : {figures_table(input, final_part), figures_table(input, curve_part), differences_table(input),
                     targets_table(input), ratios_table(input.result), personal_table(input.result),
                     figures_table(input, auxiliary_part), figures_table(input, leakage_part), images_table(input),
                     membership_table(input), skipped_table(input), runs_table(input)}) {
    if (table["rows"].empty()) continue;
    if (input.single) drop_point(table);
    tables.push_back(std::move(table));
  }
  return tables;
}

}  // namespace polyclinic
