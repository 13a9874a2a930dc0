// What attacks make of images: by observer and round, and over the published share.
#include <cmath>
#include <map>

#include "core/report/figures.hpp"
#include "core/report/leakage_arms.hpp"

namespace polyclinic {

namespace {

constexpr const char* section = "Leakage";
constexpr const char* failed_note =
    "An attack below the mean image's level, which needs no attack, has failed: that is no sign of safety, and that level "
    "is what is known.";

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

void add_views(const ReportInput& input, const std::string& chain, const std::vector<AttackedPoint>& points,
               Json& figures) {
  const std::vector<Line> lines = lines_of(input, points);
  const auto level = [](double value) { return Between{value, unknown, unknown}; };
  Json panel = {
      {"id", "views"}, {"title", ""}, {"kind", "dots"}, {"x", Json::array({{"PSNR (dB)", "dB"}, {"images", "share"}})}};
  for (const Line& line : lines) panel["categories"].push_back(line.name);
  panel["data"] = {{dots_of(lines, [](const StrongestAttack& found) { return found.psnr_db; }),
                    dots_of(lines, [&](const StrongestAttack& found) { return level(found.floor_db); }),
                    dots_of(lines, [&](const StrongestAttack& found) { return level(found.oracle_db); }), nullptr, nullptr},
                   {nullptr, nullptr, nullptr, dots_of(lines, [](const StrongestAttack& found) { return found.recovered; }),
                    dots_of(lines, [](const StrongestAttack& found) { return found.identified; })}};
  figures.push_back(
      {{"id", "leakage-" + chain},
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
       {"caption",
        std::string(input.single ? "" : "Of each point the view, an observer and a round, in which most leaks. ") +
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
  figures.push_back(
      {{"id", "leakage-fraction-" + chain},
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
       {"caption",
        std::string("Of each point the view in which most leaks: the median PSNR of the strongest attack, or of the "
                    "mean image where that is higher. ") +
            failed_note}});
}

}  // namespace

void add_leakage(const ReportInput& input, const std::string& chain, Json& figures) {
  const std::vector<AttackedPoint> points = attacked_points(input, chain);
  if (points.empty()) return;
  add_views(input, chain, points, figures);
  add_fractions(chain, points, figures);
}

}  // namespace polyclinic
