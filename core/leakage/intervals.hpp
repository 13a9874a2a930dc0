// How sure a measured figure is: 95 % intervals, and what they say about a claim of differential privacy.
#pragma once

#include <cstdint>
#include <limits>

namespace polyclinic {

// A figure with its 95 % interval. NaN: it could not be measured.
struct Bounded {
  double value = std::numeric_limits<double>::quiet_NaN();
  double low = std::numeric_limits<double>::quiet_NaN();
  double high = std::numeric_limits<double>::quiet_NaN();
};

// Of `trials` independent trials those that succeeded.
struct Proportion {
  std::int64_t successes = 0;
  std::int64_t trials = 0;
  [[nodiscard]] double rate() const { return static_cast<double>(successes) / static_cast<double>(trials); }
};

// Exact bounds of a probability (Clopper & Pearson 1934), each of which the truth lies beyond with probability `risk` at most:
// quantiles of beta distributions. With no successes the lower one is 0, with nothing but successes the upper one 1; without a
// trial they are 0 and 1.
[[nodiscard]] double clopper_pearson_low(const Proportion& share, double risk);
[[nodiscard]] double clopper_pearson_high(const Proportion& share, double risk);
// successes / trials between both bounds at a risk of 0.025 each; without a trial NaN.
[[nodiscard]] Bounded clopper_pearson(const Proportion& share);

// (first + 1 - second) / 2 of two independent shares, as balanced accuracy is of true and false positive rates. The interval
// adds the distances to both Clopper-Pearson bounds in squares (Zou & Donner 2008, Construction of confidence limits about
// effect measures, formula 3), which needs no bootstrap.
[[nodiscard]] Bounded balanced_share(const Proportion& first, const Proportion& second);

// Quantile of the standard normal distribution.
[[nodiscard]] double normal_quantile(double probability);

// What (epsilon, delta)-differential privacy leaves to any membership attack (Kairouz, Oh, Viswanath 2015, theorem 2.1): the
// highest true positive rate at this false positive rate, the lesser of e^epsilon FPR + delta and
// 1 - e^-epsilon (1 - delta - FPR) ...
[[nodiscard]] double largest_tpr(double epsilon, double delta, double fpr);
// ... hence the highest balanced accuracy, (e^epsilon + delta) / (1 + e^epsilon) ...
[[nodiscard]] double largest_balanced_accuracy(double epsilon, double delta);
// ... and the highest area under the ROC curve, which for delta = 0 is the same number and else the area under largest_tpr(),
// a little more.
[[nodiscard]] double largest_auc(double epsilon, double delta);

// The least epsilon that an attack with so many hits among the members and false alarms among the others leaves possible, with
// 95 % confidence: max(ln((TPR_low - delta) / FPR_high), ln((1 - delta - FPR_high) / (1 - TPR_low))), at least 0, by bounds at
// a risk of 0.025 each. Holds where membership of each record was an independent coin flip, and the attack's threshold was not
// chosen with these records.
[[nodiscard]] double epsilon_lower_bound(const Proportion& hits, const Proportion& false_alarms, double delta);

}  // namespace polyclinic
