// Runs sorted into the series of a figure: the collaboration by points, and the baselines, which often are the same for all
// points.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/report/json.hpp"
#include "core/report/report.hpp"

namespace polyclinic {

// How a series is named, and by which its colour and dash are chosen.
struct SeriesName {
  std::string name;
  std::string role;         // "point", "centralized", "full_sharing", "local"
  std::int64_t order = -1;  // of the point; -1: common to all points
};

template <class Value>
struct Grouped {
  SeriesName series;
  std::vector<Value> runs;           // in order of seeds, as the study has them
  std::vector<std::uint64_t> seeds;  // of those runs
};

[[nodiscard]] inline Json json_of(const SeriesName& series) { return {series.name, series.role, series.order}; }
[[nodiscard]] std::string label_of(const std::string& role);  // "everything shared"

[[nodiscard]] inline const ChainView* find_chain(const RunView& run, const std::string& name) {
  const auto found = std::ranges::find(run.chains, name, &ChainView::name);
  return found == run.chains.end() ? nullptr : &*found;
}

[[nodiscard]] inline std::string point_label(const ReportInput& input, std::size_t point) {
  return input.single ? "collaboration" : input.result.study.points[point].name;
}

// What `value_of(run)` finds (std::optional), one series a point; points without any are left out.
template <class Value, class ValueOf>
[[nodiscard]] std::vector<Grouped<Value>> by_point(const ReportInput& input, const std::string& role, ValueOf value_of) {
  std::map<std::size_t, Grouped<Value>> groups;
  for (const RunView& run : input.runs) {
    const StudyRun& of = input.result.runs[run.run].run;
    std::optional<Value> value = value_of(run);
    if (!value) continue;
    const std::string label = point_label(input, of.point);
    Grouped<Value>& group = groups[of.point];
    group.series = {role == "point" ? label : label_of(role) + ", " + label, role, static_cast<std::int64_t>(of.point)};
    group.runs.push_back(std::move(*value));
    group.seeds.push_back(of.seed);
  }
  std::vector<Grouped<Value>> result;
  for (auto& [point, group] : groups) result.push_back(std::move(group));
  return result;
}

// The same for a baseline: one series for all points if those with the same seed have the same value, else one a point.
template <class Value, class ValueOf>
[[nodiscard]] std::vector<Grouped<Value>> of_baseline(const ReportInput& input, const std::string& role, ValueOf value_of) {
  std::vector<Grouped<Value>> points = by_point<Value>(input, role, value_of);
  if (points.empty()) return points;
  std::map<std::uint64_t, Value> common;
  for (const Grouped<Value>& group : points) {
    for (std::size_t i = 0; i < group.runs.size(); ++i) {
      const auto [place, is_new] = common.try_emplace(group.seeds[i], group.runs[i]);
      if (!is_new && !(place->second == group.runs[i])) return points;
    }
  }
  Grouped<Value> all{{label_of(role), role, -1}, {}, {}};
  for (auto& [seed, value] : common) {
    all.runs.push_back(std::move(value));
    all.seeds.push_back(seed);
  }
  return {all};
}

}  // namespace polyclinic
