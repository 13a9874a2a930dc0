// Figures of a study over its seeds: means with confidence intervals, paired differences, and times to a target with those
// runs counted that never reach it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/study/study_figures.hpp"
#include "core/study/study_result.hpp"

namespace polyclinic {

// Mean of those values that are not NaN and its 95 % confidence interval by Student's t with n - 1 degrees of freedom (Student
// 1908, The probable error of a mean). One value has no interval, none no mean: NaN.
struct Estimate {
  std::int64_t count = 0;
  double mean = unknown, deviation = unknown;  // deviation: of the sample, n - 1 in the denominator
  double low = unknown, high = unknown;
  [[nodiscard]] double half_width() const { return (high - low) / 2; }
};
[[nodiscard]] Estimate estimate(std::span<const double> values);

// Difference of pairs (one of a seed each), those with a NaN left out, with Cohen's d for paired samples: mean over deviation
// of the differences (Cohen 1988, section 2.3.5; d_z); NaN where all differences are equal. Both spans are of one length.
struct PairedDifference {
  Estimate difference;  // first minus second
  double effect_size = unknown;
};
[[nodiscard]] PairedDifference paired_difference(std::span<const double> first, std::span<const double> second);

// How long runs take to a target of which some never reach it: these count as longer than any that did, and are never dropped.
struct TimeToTarget {
  std::int64_t runs = 0, reached = 0;
  double median = unknown;      // the middle run's, or the mean of the two; NaN where that one never reached it
  double least_mean = unknown;  // mean with those that never reached it counted as if they had at their end: a lower bound
  double least_median = unknown;  // likewise; the median itself where that is known
};
// `reached_at`: NaN where never; `ended_at`: how far each run went.
[[nodiscard]] TimeToTarget time_to_target(std::span<const double> reached_at, std::span<const double> ended_at);

// How many times as long others took to the target: the ratio of the medians, others' over one's own. Above 1 one's own runs are
// faster; infinite where they met the target before their first round. Where a median is not known, because too many runs never
// reached the target, the least it can be stands for it, and the ratio is a bound.
enum class RatioBound { exact, at_least, at_most, none };  // none: neither median is known, and there is no ratio
[[nodiscard]] const char* name_of(RatioBound bound);       // "exact", "at least", "at most", "none"
struct TimeRatio {
  double ratio = unknown;
  RatioBound bound = RatioBound::none;
};
[[nodiscard]] TimeRatio time_ratio(const TimeToTarget& own, const TimeToTarget& others);

// The figures that are compared: all but those about the target.
using StudyMetric = FigureColumn;
[[nodiscard]] std::span<const StudyMetric> study_metrics();

struct StatisticRow {  // over seeds, of one point's series
  std::string point, chain, series, metric;
  Estimate value;
};

enum class Comparison { point, baseline };
struct ComparisonRow {  // paired by seed: the point's collaboration minus ...
  std::string point, chain, metric = {};
  Comparison kind = Comparison::point;
  std::string against = {};      // ... that of the point compared_point() names, or the point's own baseline of that name
  PairedDifference paired = {};  // of seeds that both sides have: its count says how many
};

struct TargetRow {
  std::string point, chain, series;
  std::string measure;  // "rounds", "sim_time_s", "published_bytes"
  TimeToTarget time;
};

struct RatioRow {  // of the collaboration of a point and of the one that it is compared with, by seeds that both have
  std::string point, chain, measure, against;
  TimeToTarget own, others;
  TimeRatio time;
};

struct PersonalRowOverSeeds {
  std::string point, chain, method, metric;
  Estimate value;
};

// All of finished runs, in the order of the study's points, then chains, then series. Rows without a single value are left
// out.
[[nodiscard]] std::vector<StatisticRow> statistics(const StudyResult& result);
[[nodiscard]] std::vector<ComparisonRow> comparisons(const StudyResult& result);
[[nodiscard]] std::vector<TargetRow> targets(const StudyResult& result);  // none where the study has no target
[[nodiscard]] std::vector<RatioRow> target_ratios(const StudyResult& result);  // likewise
[[nodiscard]] std::vector<PersonalRowOverSeeds> personal_statistics(const StudyResult& result);

}  // namespace polyclinic
