// What attacks found, by the points of a study. Included by the figures and tables about leakage alone.
#pragma once

#include <string>
#include <vector>

#include "core/report/grouped.hpp"
#include "core/study/leakage_figures.hpp"

namespace polyclinic {

// A point's rows of all seeds, and the strongest attack of each view of them.
struct AttackedPoint {
  std::size_t point = 0;
  std::string name;                   // of a single run the policy
  std::vector<StrongestAttack> views;
  [[nodiscard]] const StrongestAttack& worst() const { return *worst_view(views); }
};
// Of points with rows of /leakage/inversion, in their order.
[[nodiscard]] std::vector<AttackedPoint> attacked_points(const ReportInput& input, const std::string& chain);

// A point's name without the fraction that it publishes ("body_fraction=0.1" is "body"), or where nothing is left "collaboration": what
// a line over fractions is called.
[[nodiscard]] std::string arm_of(const std::string& point);

// "chain, round 8 (T1)"; T3 is called assisted.
[[nodiscard]] std::string view_text(const LeakageView& view);

}  // namespace polyclinic
