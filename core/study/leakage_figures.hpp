// What attacks came to, of rows of /leakage: the strongest of those that were tried, with intervals, beside what needs no attack.
#pragma once

#include <string>
#include <tuple>
#include <vector>

#include "core/record/leakage_rows.hpp"
#include "core/record/result_data.hpp"
#include "core/study/study_result.hpp"

namespace polyclinic {

// A figure with an interval; NaN where there is none.
struct Between {
  double value = unknown, low = unknown, high = unknown;
};

// The middle of those values that are not NaN (of an even count the mean of the two), between the order statistics that enclose the
// true median but with probability `risk` at most, whatever the distribution (binomial; David & Nagaraja 2003, section 7.1). Too few
// values have no interval.
[[nodiscard]] Between median_between(std::vector<double> values, double risk = 0.05);
// successes / trials between Clopper and Pearson's exact bounds (1934).
[[nodiscard]] Between share_between(std::int64_t successes, std::int64_t trials, double risk = 0.05);

// Who attacked, knowing what, when, and what was published.
struct LeakageView {
  std::string policy, observer, tier;
  std::int64_t round = 0;
  [[nodiscard]] auto key() const { return std::tie(policy, observer, tier, round); }
  bool operator<(const LeakageView& other) const { return key() < other.key(); }
};

// The images of one view under the attack whose median PSNR is the highest, all images together: one attack for all of them, since
// the best for each would beat the mean image by chance. Intervals are at a risk of 5 % over the number of attacks (Bonferroni).
struct StrongestAttack {
  LeakageView view;
  std::string attack;
  std::size_t attacks = 0;        // from which it was chosen
  double shared_fraction = unknown;
  std::vector<InversionRow> rows;
  Between psnr_db;                // median
  Between gain_db;                // median of what an image has above the mean image
  double floor_db = unknown;      // median of the mean image's, which needs no attack
  double oracle_db = unknown;     // of the nearest other public image's
  Between recovered;              // share with SSIM > 0.6 and above that of the nearest other public image
  Between identified;
  [[nodiscard]] bool failed() const { return psnr_db.value < floor_db; }  // which is no sign of safety
  [[nodiscard]] double reported_db() const { return failed() ? floor_db : psnr_db.value; }
};

// Of rows of one chain, of any number of seeds; in the order of their views.
[[nodiscard]] std::vector<StrongestAttack> strongest_attacks(const std::vector<InversionRow>& rows);
// That which gains most above the mean image, of tiers without assistance (T3) where there are any; nullptr of none.
[[nodiscard]] const StrongestAttack* worst_view(const std::vector<StrongestAttack>& found);

// The figures leak_* and epsilon of one run's chain (study_result.hpp).
void put_leakage(const ResultData& data, StudyFigures& figures);

}  // namespace polyclinic
