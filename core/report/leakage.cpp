#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/report/figures.hpp"
#include "core/report/leakage_arms.hpp"
#include "core/study/statistics.hpp"

namespace polyclinic {

namespace {

constexpr const char* section = "Leakage";
constexpr const char* failed_note =
    "An attack below the mean image's level, which needs no attack, has failed: that is no sign of safety, and that level is what is known.";

// ---- views ---------------------------------------------------------------------------------------------------------

struct Line {
  std::string name;
  const StrongestAttack* found = nullptr;
};

// Every view of a single run, the worst one of each point of a study.
std::vector<Line> lines_of(const ReportInput& input, const std::vector<AttackedPoint>& points) {
  std::vector<Line> lines;
  for (const AttackedPoint& point : points) {
    if (!input.single) {
      lines.push_back({point.name, &point.worst()});
      continue;
    }
    for (const StrongestAttack& found : point.views) lines.push_back({view_text(found.view), &found});
  }
  return lines;
}

template <class BetweenOf>
Json dots_of(const std::vector<Line>& lines, BetweenOf between_of) {
  std::vector<double> x, y, low, high;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Between value = between_of(*lines[i].found);
    if (std::isnan(value.value)) continue;
    x.push_back(value.value);
    y.push_back(static_cast<double>(i));
    low.push_back(value.low);
    high.push_back(value.high);
  }
  return {json_numbers(x), json_numbers(y), json_numbers(low), json_numbers(high)};
}

void add_views(const ReportInput& input, const std::string& chain, const std::vector<AttackedPoint>& points, Json& figures) {
  const std::vector<Line> lines = lines_of(input, points);
  const auto level = [](double value) { return Between{value, unknown, unknown}; };
  Json panel = {{"id", "views"}, {"title", ""}, {"kind", "dots"}, {"x", Json::array({{"PSNR (dB)", "dB"}, {"images", "share"}})}};
  for (const Line& line : lines) panel["categories"].push_back(line.name);
  panel["data"] = {
      {dots_of(lines, [](const StrongestAttack& found) { return found.psnr_db; }),
       dots_of(lines, [&](const StrongestAttack& found) { return level(found.floor_db); }),
       dots_of(lines, [&](const StrongestAttack& found) { return level(found.oracle_db); }), nullptr, nullptr},
      {nullptr, nullptr, nullptr, dots_of(lines, [](const StrongestAttack& found) { return found.recovered; }),
       dots_of(lines, [](const StrongestAttack& found) { return found.identified; })}};
  figures.push_back({{"id", "leakage-" + chain},
                     {"section", section},
                     {"chain", chain},
                     {"title", "What the strongest attack makes of images"},
                     {"choices", Json::array({"PSNR", "Images recovered"})},
                     {"series", Json::array({{"strongest attack", "point", 0},
                                             {"mean image, no attack", "local", -1},
                                             {"nearest other image (oracle)", "full_sharing", -1},
                                             {"recovered", "point", 1},
                                             {"identified", "point", 2}})},
                     {"panels", Json::array({std::move(panel)})},
                     {"caption", std::string(input.single ? "" : "Of each point the view, an observer and a round, in which most leaks. ") +
                                     "Medians over images, with intervals by order statistics; shares with Clopper and Pearson's; of one attack "
                                     "for all images, at 95 % over all that it was chosen from. Recovered: SSIM above 0.6 and above that of the "
                                     "nearest other public image. " +
                                     failed_note}});
}

// ---- over the shared fraction --------------------------------------------------------------------------------------

using ByFraction = std::map<double, const StrongestAttack*>;  // views of one arm

template <class BetweenOf>
Json curve_of(const ByFraction& fractions, BetweenOf between_of) {
  Band band;
  for (const auto& [fraction, found] : fractions) {
    const Between value = between_of(*found);
    band.x.push_back(fraction);
    band.mean.push_back(value.value);
    band.low.push_back(value.low);
    band.high.push_back(value.high);
  }
  return json_band(band);
}

// What is known of the images with or without the attack.
Between reported(const StrongestAttack& found) {
  const double floor = found.floor_db;
  return {found.reported_db(), std::fmax(found.psnr_db.low, floor), std::fmax(found.psnr_db.high, floor)};
}

void add_fractions(const std::string& chain, const std::vector<AttackedPoint>& points, Json& figures) {
  std::map<std::string, ByFraction> arms;
  ByFraction all;
  for (const AttackedPoint& point : points) {
    const StrongestAttack& worst = point.worst();
    arms[arm_of(point.name)][worst.shared_fraction] = all[worst.shared_fraction] = &worst;
  }
  if (all.size() < 2) return;
  Json series = Json::array(), data = Json::array();
  for (const auto& [arm, fractions] : arms) {
    series.push_back({arm, "point", series.size()});
    data.push_back(curve_of(fractions, reported));
  }
  series.push_back({"mean image, no attack", "local", -1});
  data.push_back(curve_of(all, [](const StrongestAttack& found) { return Between{found.floor_db, unknown, unknown}; }));
  series.push_back({"nearest other image (oracle)", "full_sharing", -1});
  data.push_back(curve_of(all, [](const StrongestAttack& found) { return Between{found.oracle_db, unknown, unknown}; }));
  figures.push_back({{"id", "leakage-fraction-" + chain},
                     {"section", section},
                     {"chain", chain},
                     {"title", "Leakage against what is published"},
                     {"series", std::move(series)},
                     {"panels", Json::array({{{"id", "fraction"},
                                              {"title", ""},
                                              {"kind", "curves"},
                                              {"log", true},
                                              {"x", Json::array({{"share of the model that is published", "share"}})},
                                              {"y", Json::array({{"PSNR (dB)", "dB"}})},
                                              {"data", Json::array({std::move(data)})}}})},
                     {"caption", std::string("Of each point the view in which most leaks: the median PSNR of the strongest attack, or of the "
                                             "mean image where that is higher. ") +
                                     failed_note}});
}

// ---- accuracy against leakage --------------------------------------------------------------------------------------

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

void add_trade_offs(const ReportInput& input, const std::string& chain, const std::vector<AttackedPoint>& points, Json& figures) {
  if (points.size() < 2) return;
  Json panel = {{"id", "trade-off"}, {"title", ""}, {"kind", "curves"}, {"x", Json::array({{"PSNR above the mean image (dB)", "dB"}})}};
  Json figure = {{"id", "trade-off-" + chain}, {"section", section}, {"chain", chain}, {"title", "Accuracy against leakage"}};
  std::vector<std::string> arms;
  for (const auto& [label, axis, member] : {std::tuple("AUC", "test AUC", &CurvePoint::auc), std::tuple("Accuracy", "test accuracy", &CurvePoint::accuracy)}) {
    std::vector<TradeOff> found;
    for (const AttackedPoint& point : points) {
      const Estimate score = score_of(input, chain, point.point, member);
      const std::string arm = arm_of(point.name);
      if (std::ranges::find(arms, arm) == arms.end()) arms.push_back(arm);
      if (score.count > 0) found.push_back({arm, point.worst().shared_fraction, std::fmax(0.0, point.worst().gain_db.value), score.mean});
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
      "A point's score, as the mean over seeds, against the median that the strongest attack of any observer and round has above the mean "
      "image, at least 0: up and to the left is better. Whoever is not on the front is beaten in both. The tables have the intervals.";
  figures.push_back(std::move(figure));
}

// ---- membership ----------------------------------------------------------------------------------------------------

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
      const std::string name = fmt::format("{}{} on {}, {}, round {}", place, row.attack, row.target, row.observer, row.round);
      auto own = std::ranges::find(found, name, &Curves::name);
      if (own == found.end()) own = found.insert(found.end(), Curves{name, {}});
      if (!steps.empty()) own->runs.push_back(&steps);
    }
  }
  std::erase_if(found, [](const Curves& curves) { return curves.runs.empty(); });
  return found;
}

void add_roc(const ReportInput& input, const std::string& chain, Json& figures) {
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
  constexpr std::array<double, 5> rates{1e-4, 1e-3, 1e-2, 1e-1, 1};
  data.push_back({json_numbers(rates), json_numbers(rates)});
  figures.push_back({{"id", "roc-" + chain},
                     {"section", section},
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

}  // namespace

void add_leakage(const ReportInput& input, const std::string& chain, Json& figures) {
  const std::vector<AttackedPoint> points = attacked_points(input, chain);
  if (!points.empty()) {
    add_views(input, chain, points, figures);
    add_fractions(chain, points, figures);
    add_trade_offs(input, chain, points, figures);
  }
  add_roc(input, chain, figures);
}

}  // namespace polyclinic
