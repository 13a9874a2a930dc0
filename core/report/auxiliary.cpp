#include <array>

#include "core/report/figures.hpp"

namespace polyclinic {

namespace {

using Rows = std::vector<AuxiliaryView>;
using Group = Grouped<Rows>;

struct Measure {
  const char* label;
  const char* axis;
  double AuxiliaryView::*member;
};
constexpr std::array<Measure, 2> measures{{{"Weight", "weight of the source", &AuxiliaryView::weight},
                                           {"Similarity", "measured similarity", &AuxiliaryView::similarity}}};

// Of several sources that counted in one round their mean.
Steps steps_of(const Rows& rows, double AuxiliaryView::*member) {
  std::map<double, std::pair<double, double>> sums;  // by round: sum and count
  for (const AuxiliaryView& row : rows) {
    if (std::isnan(row.*member)) continue;
    sums[row.round].first += row.*member;
    sums[row.round].second += 1;
  }
  Steps steps;
  for (const auto& [round, sum] : sums) steps.emplace_back(round, sum.first / sum.second);
  return steps;
}

Json data_of(const Group& group, const Measure& measure) {
  std::vector<Steps> runs;
  for (const Rows& rows : group.runs) runs.push_back(steps_of(rows, measure.member));
  const Band band = band_of(runs);
  return band.x.empty() ? Json(nullptr) : json_band(band);
}

}  // namespace

void add_auxiliary(const ReportInput& input, const std::string& chain, Json& figures) {
  const std::vector<Group> groups = by_point<Rows>(input, "point", [&](const RunView& run) -> std::optional<Rows> {
    const ChainView* view = find_chain(run, chain);
    return view == nullptr || view->auxiliary.empty() ? std::nullopt : std::optional(view->auxiliary);
  });
  if (groups.empty()) return;
  Json panel = {{"id", "auxiliary"}, {"title", ""}, {"kind", "curves"}, {"x", Json::array({{"round", "count"}})}};
  panel["log"] = false;
  Json figure = {{"id", "auxiliary-" + chain},
                 {"section", "From other chains"},
                 {"chain", chain},
                 {"title", "Weight of what came from other chains"},
                 {"caption",
                  "The weight that was in force in each round, and the similarity that was measured for it, of all sources "
                  "together. Bands are 95 % confidence intervals over seeds."}};
  for (const Group& group : groups) figure["series"].push_back(json_of(group.series));
  for (const Measure& measure : measures) {
    Json data = Json::array();
    for (const Group& group : groups) data.push_back(data_of(group, measure));
    if (std::ranges::all_of(data, [](const Json& series) { return series.is_null(); })) continue;
    figure["choices"].push_back(measure.label);
    panel["y"].push_back({measure.axis, "score"});
    panel["data"].push_back(std::move(data));
  }
  figure["panels"].push_back(std::move(panel));
  if (figure.contains("choices")) figures.push_back(std::move(figure));
}

}  // namespace polyclinic
