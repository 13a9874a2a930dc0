// Membership: true against false positive rates.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/report/figures.hpp"

namespace polyclinic {

namespace {

struct Curves {
  std::string name;
  std::vector<const Steps*> runs;
};

std::vector<Curves> curves_of(const ReportInput& input, const std::string& chain) {
  std::vector<Curves> found;
  for (const RunView& run : input.runs) {
    const ChainView* view = find_chain(run, chain);
    if (view == nullptr) continue;
    for (const auto& [row, steps] : view->leakage.membership) {
      const std::string place = input.single ? "" : point_label(input, input.result.runs[run.run].run.point) + ", ";
      const std::string name =
          fmt::format("{}{} on {}, {}, round {}", place, row.attack, row.target, row.observer, row.round);
      auto own = std::ranges::find(found, name, &Curves::name);
      if (own == found.end()) own = found.insert(found.end(), Curves{name, {}});
      if (!steps.empty()) own->runs.push_back(&steps);
    }
  }
  std::erase_if(found, [](const Curves& curves) { return curves.runs.empty(); });
  return found;
}

// From 1e-4 to 1, so close together that their steps look like a line.
std::vector<double> chance_rates() {
  constexpr int steps_a_decade = 20, decades = 4;
  std::vector<double> rates;
  for (int i = -decades * steps_a_decade; i <= 0; ++i)
    rates.push_back(std::pow(10.0, static_cast<double>(i) / steps_a_decade));
  return rates;
}

}  // namespace

void add_membership(const ReportInput& input, const std::string& chain, Json& figures) {
  const std::vector<Curves> found = curves_of(input, chain);
  if (found.empty()) return;
  Json series = Json::array(), data = Json::array();
  for (const Curves& curves : found) {
    std::vector<Steps> runs;
    for (const Steps* steps : curves.runs) runs.push_back(*steps);
    series.push_back({curves.name, "point", series.size()});
    data.push_back(json_band(band_of(runs)));
  }
  series.push_back({"chance", "local", -1});
  const std::vector<double> rates = chance_rates();
  data.push_back({json_numbers(rates), json_numbers(rates)});
  figures.push_back(
      {{"id", "roc-" + chain},
       {"section", "Leakage"},
       {"chain", chain},
       {"title", "Who was trained on: true against false positives"},
       {"series", std::move(series)},
       {"panels", Json::array({{{"id", "roc"},
                                {"title", ""},
                                {"kind", "curves"},
                                {"steps", true},
                                {"log", true},
                                {"log_y", true},
                                {"x", Json::array({{"false positive rate", "rate"}})},
                                {"y", Json::array({{"true positive rate", "rate"}})},
                                {"data", Json::array({std::move(data)})}}})},
       {"caption", "Means over seeds. A false positive rate below one over the non-members cannot be measured."}});
}

}  // namespace polyclinic
