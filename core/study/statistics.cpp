#include "core/study/statistics.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>

namespace polyclinic {

namespace {

// Whose figures: place of the point, chain, place of the series in study_series().
struct GroupKey {
  std::size_t point = 0;
  std::string chain;
  std::size_t series = 0;
  auto operator<=>(const GroupKey&) const = default;
};

using Group = std::vector<const StudyFigures*>;  // one for each seed of the study; nullptr where that run did not finish
using Groups = std::map<GroupKey, Group>;

template <class Range, class Value>
std::size_t place_of(const Range& range, const Value& value) {
  return static_cast<std::size_t>(std::ranges::find(range, value) - std::ranges::begin(range));
}

std::size_t place_of_series(const std::string& name) {
  const auto found = std::ranges::find_if(study_series(), [&](const char* series) { return name == series; });
  return static_cast<std::size_t>(found - study_series().begin());
}

Groups groups_of(const StudyResult& result) {
  Groups groups;
  for (const StudyFigures& figures : result.figures) {
    const StudyRun& run = result.runs.at(figures.run).run;
    Group& group = groups[{run.point, figures.chain, place_of_series(figures.series)}];
    group.resize(result.study.seeds.size(), nullptr);
    group.at(place_of(result.study.seeds, run.seed)) = &figures;
  }
  return groups;
}

std::vector<double> values_of(const Group& group, double StudyFigures::*member) {
  std::vector<double> values;
  for (const StudyFigures* figures : group) values.push_back(figures == nullptr ? unknown : figures->*member);
  return values;
}

// Its place; that of the point itself where it is the one that others are compared with.
std::size_t reference_of(const Study& study, std::size_t point) {
  return static_cast<std::size_t>(
      std::ranges::find(study.points, compared_point(study, study.points[point]), &StudyPoint::name) -
      study.points.begin());
}

// Comparisons of one point's collaboration with another group.
void compare(const Group& first, const Group& second, const ComparisonRow& heading, std::vector<ComparisonRow>& rows) {
  for (const StudyMetric& metric : study_metrics()) {
    ComparisonRow row = heading;
    row.metric = metric.name;
    row.paired = paired_difference(values_of(first, metric.member), values_of(second, metric.member));
    if (row.paired.difference.count > 0) rows.push_back(std::move(row));
  }
}

struct Measure {
  const char* name;
  double StudyFigures::*reached;
  double StudyFigures::*ended;
};

constexpr std::array measures = {
    Measure{"rounds", &StudyFigures::rounds_to_target, &StudyFigures::rounds},
    Measure{"sim_time_s", &StudyFigures::time_to_target_s, &StudyFigures::sim_time_s},
    Measure{"published_bytes", &StudyFigures::bytes_to_target, &StudyFigures::published_bytes},
};

TimeToTarget time_of(const Group& group, const Measure& measure) {
  std::vector<double> reached, ended;
  for (const StudyFigures* figures : group) {
    if (figures == nullptr || std::isnan(figures->*measure.ended)) continue;  // did not finish, or has no such measure
    reached.push_back(figures->*measure.reached);
    ended.push_back(figures->*measure.ended);
  }
  return time_to_target(reached, ended);
}

double median_of(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

// Both without the seeds that one of them lacks.
std::pair<Group, Group> common_seeds(Group first, Group second) {
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (first[i] == nullptr || second[i] == nullptr) first[i] = second[i] = nullptr;
  }
  return {std::move(first), std::move(second)};
}

}  // namespace

const char* name_of(RatioBound bound) {
  constexpr std::array names = {"exact", "at least", "at most", "none"};
  return names[static_cast<std::size_t>(bound)];
}

TimeRatio time_ratio(const TimeToTarget& own, const TimeToTarget& others) {
  const bool own_known = !std::isnan(own.median), others_known = !std::isnan(others.median);
  if (!own_known && !others_known) return {};
  const double ratio = others.least_median / own.least_median;
  if (own_known && others_known) return {ratio, RatioBound::exact};
  return {ratio, own_known ? RatioBound::at_least : RatioBound::at_most};
}

PairedDifference paired_difference(std::span<const double> first, std::span<const double> second) {
  assert(first.size() == second.size());
  std::vector<double> differences(first.size());
  std::ranges::transform(first, second, differences.begin(), std::minus{});
  PairedDifference paired{estimate(differences), unknown};
  if (paired.difference.deviation > 0) paired.effect_size = paired.difference.mean / paired.difference.deviation;
  return paired;
}

TimeToTarget time_to_target(std::span<const double> reached_at, std::span<const double> ended_at) {
  assert(reached_at.size() == ended_at.size());
  TimeToTarget time{.runs = std::ssize(reached_at)};
  if (reached_at.empty()) return time;
  std::vector<double> times, bounds;
  for (std::size_t i = 0; i < reached_at.size(); ++i) {
    const bool reached = !std::isnan(reached_at[i]);
    time.reached += reached ? 1 : 0;
    times.push_back(reached ? reached_at[i] : std::numeric_limits<double>::infinity());
    bounds.push_back(reached ? reached_at[i] : ended_at[i]);
  }
  const double middle = median_of(times);
  if (std::isfinite(middle)) time.median = middle;
  time.least_median = std::isfinite(middle) ? middle : median_of(bounds);
  time.least_mean = std::accumulate(bounds.begin(), bounds.end(), 0.0) / static_cast<double>(bounds.size());
  return time;
}

std::span<const StudyMetric> study_metrics() {
  static const std::size_t count =
      static_cast<std::size_t>(std::ranges::find_if(figure_columns(),
                                                    [](const FigureColumn& column) {
                                                      return std::string_view(column.name).ends_with("_to_target");
                                                    }) -
                               figure_columns().begin());
  return figure_columns().first(count);
}

std::vector<StatisticRow> statistics(const StudyResult& result) {
  std::vector<StatisticRow> rows;
  for (const auto& [key, group] : groups_of(result)) {
    for (const StudyMetric& metric : study_metrics()) {
      const Estimate value = estimate(values_of(group, metric.member));
      if (value.count == 0) continue;
      rows.push_back({result.study.points[key.point].name, key.chain, study_series()[key.series], metric.name, value});
    }
  }
  return rows;
}

std::vector<ComparisonRow> comparisons(const StudyResult& result) {
  const Groups groups = groups_of(result);
  std::vector<ComparisonRow> rows;
  for (const auto& [key, group] : groups) {
    if (key.series != 0) continue;
    const std::size_t reference = reference_of(result.study, key.point);
    ComparisonRow heading{.point = result.study.points[key.point].name, .chain = key.chain};
    const auto compare_with = [&](const GroupKey& other, Comparison kind, const std::string& against) {
      const auto found = groups.find(other);
      heading.kind = kind;
      heading.against = against;
      if (found != groups.end()) compare(group, found->second, heading, rows);
    };
    if (key.point != reference) {
      compare_with({reference, key.chain, 0}, Comparison::point,
                   compared_point(result.study, result.study.points[key.point]));
    }
    for (std::size_t series = 1; series < study_series().size(); ++series) {
      compare_with({key.point, key.chain, series}, Comparison::baseline, study_series()[series]);
    }
  }
  return rows;
}

std::vector<TargetRow> targets(const StudyResult& result) {
  std::vector<TargetRow> rows;
  if (!result.study.target) return rows;
  for (const auto& [key, group] : groups_of(result)) {
    for (const Measure& measure : measures) {
      const TimeToTarget time = time_of(group, measure);
      if (time.runs == 0) continue;
      rows.push_back({result.study.points[key.point].name, key.chain, study_series()[key.series], measure.name, time});
    }
  }
  return rows;
}

std::vector<RatioRow> target_ratios(const StudyResult& result) {
  std::vector<RatioRow> rows;
  if (!result.study.target) return rows;
  const Groups groups = groups_of(result);
  for (const auto& [key, group] : groups) {
    const std::size_t reference = reference_of(result.study, key.point);
    const auto others = groups.find({reference, key.chain, 0});
    if (key.series != 0 || key.point == reference || others == groups.end()) continue;
    const auto [own_group, other_group] = common_seeds(group, others->second);
    for (const Measure& measure : measures) {
      const TimeToTarget own = time_of(own_group, measure), theirs = time_of(other_group, measure);
      if (own.runs == 0 || theirs.runs == 0) continue;
      rows.push_back({result.study.points[key.point].name, key.chain, measure.name, result.study.points[reference].name,
                      own, theirs, time_ratio(own, theirs)});
    }
  }
  return rows;
}

std::vector<PersonalRowOverSeeds> personal_statistics(const StudyResult& result) {
  std::map<std::tuple<std::size_t, std::string, std::string>, std::vector<const PersonalFigures*>> groups;
  for (const PersonalFigures& figures : result.personal) {
    groups[{result.runs.at(figures.run).run.point, figures.chain, figures.method}].push_back(&figures);
  }
  std::vector<PersonalRowOverSeeds> rows;
  for (const auto& [key, group] : groups) {
    const auto& [point, chain, method] = key;
    for (const PersonalColumn& column : personal_columns()) {
      std::vector<double> values;
      for (const PersonalFigures* figures : group) values.push_back(figures->*column.member);
      const Estimate value = estimate(values);
      if (value.count > 0) rows.push_back({result.study.points[point].name, chain, method, column.name, value});
    }
  }
  return rows;
}

}  // namespace polyclinic
