// Accuracy against leakage.
#include <algorithm>
#include <cmath>
#include <tuple>

#include "core/report/figures.hpp"
#include "core/report/leakage_arms.hpp"
#include "core/study/statistics.hpp"

namespace polyclinic {

namespace {

struct TradeOff {
  std::string arm;
  double fraction = 0, leaked_db = 0, score = 0;
};

Estimate score_of(const ReportInput& input, const std::string& chain, std::size_t point, double CurvePoint::*member) {
  std::vector<double> scores;
  for (const RunView& run : input.runs) {
    const ChainView* view = find_chain(run, chain);
    if (view == nullptr || input.result.runs[run.run].run.point != point) continue;
    const auto curve = view->curves.find("collaboration");
    if (curve != view->curves.end() && !curve->second.empty()) scores.push_back(curve->second.back().*member);
  }
  return estimate(scores);
}

bool is_beaten(const TradeOff& one, const std::vector<TradeOff>& others) {
  return std::ranges::any_of(others, [&](const TradeOff& other) {
    const bool no_worse = other.leaked_db <= one.leaked_db && other.score >= one.score;
    return no_worse && (other.leaked_db < one.leaked_db || other.score > one.score);
  });
}

Json line_of(std::vector<TradeOff> points) {
  std::ranges::sort(points, {}, [](const TradeOff& one) { return std::pair(one.leaked_db, one.score); });
  std::vector<double> x, y;
  for (const TradeOff& point : points) x.push_back(point.leaked_db), y.push_back(point.score);
  return {json_numbers(x), json_numbers(y)};
}

// Each arm's points, and the front.
Json trade_off_data(const std::vector<TradeOff>& points, const std::vector<std::string>& arms) {
  Json data = Json::array();
  for (const std::string& arm : arms) {
    std::vector<TradeOff> own = points;
    std::erase_if(own, [&](const TradeOff& point) { return point.arm != arm; });
    data.push_back(own.empty() ? Json(nullptr) : line_of(own));
  }
  std::vector<TradeOff> front = points;
  std::erase_if(front, [&](const TradeOff& point) { return is_beaten(point, points); });
  data.push_back(line_of(front));
  return data;
}

}  // namespace

void add_trade_offs(const ReportInput& input, const std::string& chain, Json& figures) {
  const std::vector<AttackedPoint> points = attacked_points(input, chain);
  if (points.size() < 2) return;
  Json panel = {{"id", "trade-off"},
                {"title", ""},
                {"kind", "curves"},
                {"x", Json::array({{"PSNR above the mean image (dB)", "dB"}})}};
  Json figure = {
      {"id", "trade-off-" + chain}, {"section", "Leakage"}, {"chain", chain}, {"title", "Accuracy against leakage"}};
  std::vector<std::string> arms;
  for (const auto& [label, axis, member] :
       {std::tuple("AUC", "test AUC", &CurvePoint::auc), std::tuple("Accuracy", "test accuracy", &CurvePoint::accuracy)}) {
    std::vector<TradeOff> found;
    for (const AttackedPoint& point : points) {
      const Estimate score = score_of(input, chain, point.point, member);
      const std::string arm = arm_of(point.name);
      if (std::ranges::find(arms, arm) == arms.end()) arms.push_back(arm);
      if (score.count > 0)
        found.push_back({arm, point.worst().shared_fraction, std::fmax(0.0, point.worst().gain_db.value), score.mean});
    }
    if (found.empty()) continue;
    figure["choices"].push_back(label);
    panel["y"].push_back({axis, "score"});
    panel["data"].push_back(trade_off_data(found, arms));
  }
  if (!figure.contains("choices")) return;
  for (std::size_t i = 0; i < arms.size(); ++i) figure["series"].push_back({arms[i], "point", i});
  figure["series"].push_back({"Pareto front", "centralized", -1});
  figure["panels"] = Json::array({std::move(panel)});
  figure["caption"] =
      "A point's score, as the mean over seeds, against the median that the strongest attack of any observer and round has "
      "above the mean "
      "image, at least 0: up and to the left is better. Whoever is not on the front is beaten in both. The tables have the "
      "intervals.";
  figures.push_back(std::move(figure));
}

}  // namespace polyclinic
