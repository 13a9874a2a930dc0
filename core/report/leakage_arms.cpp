#include "core/report/leakage_arms.hpp"

#include <fmt/format.h>

#include <map>

namespace polyclinic {

std::vector<AttackedPoint> attacked_points(const ReportInput& input, const std::string& chain) {
  std::map<std::size_t, std::vector<InversionRow>> rows;
  for (const RunView& run : input.runs) {
    const ChainView* view = find_chain(run, chain);
    if (view == nullptr || view->leakage.inversion.empty()) continue;
    std::vector<InversionRow>& of_point = rows[input.result.runs[run.run].run.point];
    of_point.insert(of_point.end(), view->leakage.inversion.begin(), view->leakage.inversion.end());
  }
  std::vector<AttackedPoint> points;
  for (const auto& [point, of_point] : rows) {
    AttackedPoint attacked{point, input.single ? of_point.front().policy : point_label(input, point),
                           strongest_attacks(of_point)};
    points.push_back(std::move(attacked));
  }
  return points;
}

std::string arm_of(const std::string& point) {
  std::string arm;
  for (std::size_t begin = 0; begin <= point.size();) {
    const std::size_t end = std::min(point.find('_', begin), point.size());
    const std::string part = point.substr(begin, end - begin);
    const bool is_fraction =
        (part.starts_with("fraction=") && !arm.ends_with("download")) || part.starts_with("sharing.fraction=");
    if (!is_fraction) arm += (arm.empty() ? "" : "_") + part;
    begin = end + 1;
  }
  return arm.empty() ? "collaboration" : arm;
}

std::string view_text(const LeakageView& view) {
  return fmt::format("{}, round {} ({}{})", view.observer, view.round, view.tier, view.tier == "T3" ? ", assisted" : "");
}

}  // namespace polyclinic
