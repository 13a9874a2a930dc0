// How well scores tell members from non-members.
#pragma once

#include <cstdint>
#include <vector>

#include "core/leakage/intervals.hpp"

namespace polyclinic {

// An attack's scores: higher says "member". Infinite ones are in order, a NaN is an Error.
struct MembershipScores {
  std::vector<double> members;
  std::vector<double> non_members;
};

// Who scores at least `threshold`: equal scores fall together.
struct RocPoint {
  double threshold = 0.0;
  Proportion hits;                        // of the members
  Proportion false_alarms;                // of the non-members
  [[nodiscard]] double fpr() const { return false_alarms.rate(); }
  [[nodiscard]] double tpr() const { return hits.rate(); }
};

// From (0, 0), with an infinite threshold, to (1, 1), a point for each score that occurs. Throws Error for a NaN, and where
// there are no members or no non-members.
[[nodiscard]] std::vector<RocPoint> roc_curve(const MembershipScores& scores);

// What a picture with logarithmic axes shows of a curve: the last point in each of `per_decade` steps of either rate, and both
// ends.
[[nodiscard]] std::vector<RocPoint> thinned(const std::vector<RocPoint>& curve, std::int64_t per_decade);

// Below, a side without records makes every figure NaN.

// Area under the curve: the probability that a member scores above a non-member, ties counting half. Interval: DeLong, DeLong,
// Clarke-Pearson 1988, of the log-odds, which keeps it within 0 and 1 (Pepe 2003, section 5.2.5). Scores that separate
// perfectly, or are all equal, have no variance by DeLong; there it is Clopper and Pearson's with as many trials as the smaller
// side has records.
[[nodiscard]] Bounded auc(const MembershipScores& scores);

// The largest (TPR + 1 - FPR) / 2 over all thresholds, as it is usually published: chosen with the records that it is measured
// on, and so too high, the more the fewer they are.
[[nodiscard]] double best_balanced_accuracy(const MembershipScores& scores);
// The same with a threshold that is chosen with every other record of each side and applied to those between, in both ways
// round; with its interval (balanced_share()). Without any signal it is 0.5 on average. At least two records a side.
[[nodiscard]] Bounded balanced_accuracy(const MembershipScores& scores);

// TPR at the last point of the curve with FPR <= `fpr`; nothing is interpolated. NaN with fewer than 10 / fpr non-members: the
// rate would rest on less than ten false alarms. The interval is of the TPR at a true FPR of `fpr`: the threshold is known only
// up to the chance in the non-members' scores, so its lower end is Clopper and Pearson's of the TPR at the last point whose FPR
// is surely below, its upper end likewise, each with a risk of 0.0125 for either rate.
[[nodiscard]] Bounded tpr_at(const MembershipScores& scores, double fpr);

// epsilon_lower_bound() of the odd records at that of all thresholds that is best by the even ones.
[[nodiscard]] double epsilon_lower_bound(const MembershipScores& scores, double delta);

}  // namespace polyclinic
