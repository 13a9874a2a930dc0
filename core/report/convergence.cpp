#include <fmt/format.h>

#include <array>
#include <cmath>

#include "core/report/figures.hpp"

namespace polyclinic {

namespace {

using Member = double CurvePoint::*;

struct Measure {
  const char* label;
  const char* axis;
  const char* unit;
  Member member;
};
constexpr std::array<Measure, 3> measures{{{"AUC", "test AUC", "score", &CurvePoint::auc},
                                           {"Accuracy", "test accuracy", "score", &CurvePoint::accuracy},
                                           {"Loss", "test loss", "loss", &CurvePoint::loss}}};

struct Axis {
  const char* id;
  const char* title;
  const char* label;
  const char* unit;
  Member member;
};
constexpr std::array<Axis, 3> axes{
    {{"rounds", "over rounds", "round", "count", &CurvePoint::round},
     {"time", "over simulated time", "simulated time", "s", &CurvePoint::sim_time_s},
     {"bytes", "over published bytes", "published, cumulated", "B", &CurvePoint::published_bytes}}};

using Group = Grouped<Curve>;

std::vector<Group> groups_of(const ReportInput& input, const std::string& chain) {
  const auto curve_named = [&](const std::string& series) {
    return [&chain, series](const RunView& run) -> std::optional<Curve> {
      const ChainView* view = find_chain(run, chain);
      if (view == nullptr || !view->curves.contains(series)) return std::nullopt;
      return view->curves.at(series);
    };
  };
  std::vector<Group> groups = by_point<Curve>(input, "point", curve_named("collaboration"));
  for (const char* role : {"centralized", "full_sharing", "local"}) {
    for (Group& group : of_baseline<Curve>(input, role, curve_named(role))) groups.push_back(std::move(group));
  }
  return groups;
}

std::vector<Steps> steps_of(const Group& group, Member x, Member y) {
  std::vector<Steps> runs;
  for (const Curve& curve : group.runs) {
    Steps& steps = runs.emplace_back();
    for (const CurvePoint& point : curve) {
      if (!std::isnan(point.*y)) steps.emplace_back(point.*x, point.*y);
    }
  }
  return runs;
}

struct Range {
  double least_step = INFINITY, least_end = INFINITY, most_end = 0;  // of all curves that move along the axis
};

Range range_of(const std::vector<Group>& groups, Member x) {
  Range range;
  for (const Group& group : groups) {
    for (const Curve& curve : group.runs) {
      const double end = curve.back().*x;
      if (end <= 0) continue;
      range.least_end = std::min(range.least_end, end);
      range.most_end = std::max(range.most_end, end);
      for (const CurvePoint& point : curve) {
        if (point.*x > 0) range.least_step = std::min(range.least_step, point.*x);
      }
    }
  }
  return range;
}

// What publishes nothing has its final value all along the axis, for comparison.
std::vector<Steps> levels_of(std::vector<Steps> runs, const Range& range) {
  for (Steps& run : runs) {
    if (!run.empty()) run = {{range.least_step, run.back().second}, {range.most_end, run.back().second}};
  }
  return runs;
}

Json data_of(const Group& group, const Axis& axis, const Measure& measure, const Range& range) {
  std::vector<Steps> runs = steps_of(group, axis.member, measure.member);
  const bool moves = std::ranges::any_of(group.runs, [&](const Curve& curve) { return curve.back().*axis.member > 0; });
  if (!moves) runs = levels_of(std::move(runs), range);
  const Band band = band_of(runs);
  return band.x.empty() ? Json(nullptr) : json_band(band);
}

Json panel_of(const std::vector<Group>& groups, const Axis& axis, const ReportInput& input) {
  const Range range = range_of(groups, axis.member);
  Json panel = {{"id", axis.id}, {"title", axis.title}, {"kind", "curves"}, {"x", Json::array({{axis.label, axis.unit}})}};
  panel["log"] = range.most_end > 10 * range.least_end;
  panel["steps"] = !input.single && axis.member != &CurvePoint::round;
  for (const Measure& measure : measures) {
    panel["y"].push_back({measure.axis, measure.unit});
    Json& data = panel["data"].emplace_back(Json::array());
    for (const Group& group : groups) data.push_back(data_of(group, axis, measure, range));
  }
  return panel;
}

std::string caption_of(const ReportInput& input) {
  std::string text = "The global model on the test rows of all institutions. ";
  if (input.result.study.seeds.size() > 1) {
    text +=
        "Lines are means over seeds, bands their 95 % confidence intervals: of the series that was last pointed at in the "
        "legend, or of all. A run holds its last evaluated value until its next, and its final one after its end; means "
        "are taken wherever any run was evaluated. Where an interval would dwarf the means, the picture is cut: zoom out. ";
  }
  return text +
         "Centralized training and training alone publish nothing: over bytes they stand as their final level. Each "
         "baseline has a clock of its own; a round of those who train alone is over when the last institution is.";
}

}  // namespace

void add_convergence(const ReportInput& input, const std::string& chain, Json& figures) {
  const std::vector<Group> groups = groups_of(input, chain);
  if (groups.empty()) return;
  Json figure = {{"id", "convergence-" + chain},
                 {"section", "Convergence"},
                 {"chain", chain},
                 {"title", "Convergence"},
                 {"caption", caption_of(input)}};
  for (const Measure& measure : measures) figure["choices"].push_back(measure.label);
  for (const Group& group : groups) figure["series"].push_back(json_of(group.series));
  for (const Axis& axis : axes) {
    if (range_of(groups, axis.member).most_end > 0) figure["panels"].push_back(panel_of(groups, axis, input));
  }
  if (figure.contains("panels")) figures.push_back(std::move(figure));
}

}  // namespace polyclinic
