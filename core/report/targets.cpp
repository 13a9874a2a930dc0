#include <fmt/format.h>

#include <array>
#include <cmath>

#include "core/report/figures.hpp"
#include "core/study/statistics.hpp"

namespace polyclinic {

namespace {

struct Measure {
  const char* label;
  const char* axis;
  const char* unit;
  double StudyFigures::*reached;
  double StudyFigures::*ended;
};
constexpr std::array<Measure, 3> measures{
    {{"Simulated time", "simulated time to target", "s", &StudyFigures::time_to_target_s, &StudyFigures::sim_time_s},
     {"Bytes", "published until the target", "B", &StudyFigures::bytes_to_target, &StudyFigures::published_bytes},
     {"Rounds", "rounds to target", "count", &StudyFigures::rounds_to_target, &StudyFigures::rounds}}};

struct Reach {
  std::array<double, 3> reached, ended;  // by measure
  bool operator==(const Reach& other) const {
    return std::ranges::equal(reached, other.reached, same_number) && std::ranges::equal(ended, other.ended, same_number);
  }
};
using Group = Grouped<Reach>;

std::vector<Group> groups_of(const ReportInput& input, const std::string& chain) {
  const auto reach_of = [&](const char* series) {
    return [&input, &chain, series](const RunView& run) -> std::optional<Reach> {
      for (const StudyFigures& figures : input.result.figures) {
        if (figures.run != run.run || figures.chain != chain || figures.series != series) continue;
        Reach reach{};
        for (std::size_t i = 0; i < measures.size(); ++i) {
          reach.reached[i] = figures.*measures[i].reached;
          reach.ended[i] = figures.*measures[i].ended;
        }
        return reach;
      }
      return std::nullopt;
    };
  };
  std::vector<Group> groups = by_point<Reach>(input, "point", reach_of("collaboration"));
  for (const char* role : {"centralized", "full_sharing", "local"}) {
    for (Group& group : of_baseline<Reach>(input, role, reach_of(role))) groups.push_back(std::move(group));
  }
  return groups;
}

struct Marks {
  std::vector<double> x, y;
  std::vector<std::string> text;
  void add(double at, std::size_t category, std::string of) {
    x.push_back(at);
    y.push_back(static_cast<double>(category));
    text.push_back(std::move(of));
  }
  [[nodiscard]] Json json() const { return x.empty() ? Json(nullptr) : Json{json_numbers(x), json_numbers(y), text}; }
};

// Of one measure: runs that reached the target, runs that ended before, and medians.
Json data_of(const std::vector<Group>& groups, std::size_t measure) {
  Marks reached, censored, medians;
  for (std::size_t place = 0; place < groups.size(); ++place) {
    std::vector<double> reached_at, ended_at;
    for (std::size_t i = 0; i < groups[place].runs.size(); ++i) {
      const Reach& run = groups[place].runs[i];
      if (std::isnan(run.ended[measure])) continue;  // a baseline without such a measure
      reached_at.push_back(run.reached[measure]);
      ended_at.push_back(run.ended[measure]);
      const bool never = std::isnan(reached_at.back());
      (never ? censored : reached)
          .add(never ? ended_at.back() : reached_at.back(), place, fmt::format("seed {}", groups[place].seeds[i]));
    }
    const TimeToTarget time = time_to_target(reached_at, ended_at);
    if (time.runs > 1 && !std::isnan(time.median)) {
      medians.add(time.median, place, fmt::format("median; {} of {} runs reached it", time.reached, time.runs));
    }
  }
  return Json::array({reached.json(), censored.json(), medians.json()});
}

std::string target_text(const StudyTarget& target) {
  return fmt::format("test {} {:g}", target.metric == "auc" ? "AUC" : target.metric, target.value);
}

}  // namespace

void add_targets(const ReportInput& input, const std::string& chain, Json& figures) {
  const std::vector<Group> groups = groups_of(input, chain);
  if (!input.result.study.target || groups.empty()) return;
  const std::string target = target_text(*input.result.study.target);
  Json panel = {{"id", "targets"}, {"title", ""}, {"kind", "marks"}};
  for (const Group& group : groups) panel["categories"].push_back(group.series.name);
  Json figure = {
      {"id", "targets-" + chain},
      {"section", "Time and bytes to target"},
      {"chain", chain},
      {"title", "What it takes to reach " + target},
      {"series", {{"reached the target", "reached", -1}, {"ended before it", "censored", -1}, {"median", "median", -1}}},
      {"caption",
       fmt::format("Each mark is a run, at the first evaluated round with {} or more. A run that never got there is not "
                   "dropped: an open triangle stands where it ended, and the median counts it as longer than any that "
                   "did. There is no median where half of the runs or more never got there.",
                   target)}};
  for (std::size_t i = 0; i < measures.size(); ++i) {
    Json data = data_of(groups, i);
    if (data[0].is_null() && data[1].is_null()) continue;
    figure["choices"].push_back(measures[i].label);
    panel["x"].push_back({measures[i].axis, measures[i].unit});
    panel["data"].push_back(std::move(data));
  }
  figure["panels"].push_back(std::move(panel));
  if (figure.contains("choices")) figures.push_back(std::move(figure));
}

}  // namespace polyclinic
