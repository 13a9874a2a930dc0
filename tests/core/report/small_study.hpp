// Studies made by hand: chain "scans", two rounds a run, final figures as given.
#pragma once

#include "core/report/report.hpp"

namespace polyclinic {

struct SmallRun {
  std::size_t point = 0;
  std::uint64_t seed = 1;
  double together = 0, centralized = 0, alone = 0;  // test AUC after round 2
};

// Points "wide" and "narrow" (as many as the runs have); a run publishes 1000 bytes by round 1 and 3000 by round 2 at its
// point 0, a tenth of that at its point 1; its rounds end after 10 and 20 simulated seconds, those of baselines after 1 and
// 2.
[[nodiscard]] ReportInput small_study(const std::vector<SmallRun>& runs);

}  // namespace polyclinic
