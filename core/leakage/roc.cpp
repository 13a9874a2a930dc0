#include "core/leakage/roc.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <limits>
#include <utility>

#include "core/base/error.hpp"

namespace polyclinic {
namespace {

constexpr double rate_risk = 0.0125;           // of a bound of one rate, where two rates share 0.025
constexpr std::int64_t steps_per_decade = 50;  // thresholds that are tried where trying one is slow
constexpr double least_false_alarms = 10.0;    // expected, for a TPR at a low FPR to mean anything

bool empty(const MembershipScores& scores) { return scores.members.empty() || scores.non_members.empty(); }

void refuse_nan(const std::vector<double>& scores) {
  require(std::ranges::none_of(scores, [](double score) { return std::isnan(score); }),
          "membership: a score is not a number");
}

std::vector<double> descending(std::vector<double> scores) {
  std::ranges::sort(scores, std::greater<>());
  return scores;
}

// Of sorted values: for each of `of` how many are smaller, equal ones counting half.
std::vector<double> places(const std::vector<double>& of, const std::vector<double>& sorted) {
  std::vector<double> result;
  for (const double value : of) {
    const auto [low, high] = std::equal_range(sorted.begin(), sorted.end(), value);
    result.push_back((static_cast<double>(low - sorted.begin()) + static_cast<double>(high - sorted.begin())) / 2.0);
  }
  return result;
}

double mean(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

// Of the mean of `values`; 0 for a single one.
double squared_error(const std::vector<double>& values) {
  if (values.size() < 2) return 0.0;
  const double centre = mean(values), count = static_cast<double>(values.size());
  double squares = 0.0;
  for (const double value : values) squares += (value - centre) * (value - centre);
  return squares / (count - 1.0) / count;
}

// The share of the other side that each record of `side` lies above.
std::vector<double> wins(const std::vector<double>& side, std::vector<double> other) {
  std::ranges::sort(other);
  std::vector<double> result = places(side, other);
  for (double& win : result) win /= static_cast<double>(other.size());
  return result;
}

Bounded around_log_odds(double value, double deviation) {
  const double half = normal_quantile(0.975) * deviation / (value * (1.0 - value));
  const double centre = std::log(value / (1.0 - value));
  const auto share = [](double log_odds) { return 1.0 / (1.0 + std::exp(-log_odds)); };
  return {value, share(centre - half), share(centre + half)};
}

// Every other record, from number `first` on.
std::vector<double> every_other(const std::vector<double>& scores, std::size_t first) {
  std::vector<double> half;
  for (std::size_t i = first; i < scores.size(); i += 2) half.push_back(scores[i]);
  return half;
}

MembershipScores half_of(const MembershipScores& scores, std::size_t first) {
  return {every_other(scores.members, first), every_other(scores.non_members, first)};
}

Proportion at_least(const std::vector<double>& scores, double threshold) {
  const auto count = std::ranges::count_if(scores, [&](double score) { return score >= threshold; });
  return {count, static_cast<std::int64_t>(scores.size())};
}

using Worth = std::function<double(const RocPoint&)>;

// The first of the best points: of equals the one with the highest threshold.
RocPoint best_point(const std::vector<RocPoint>& curve, const Worth& worth) {
  return *std::ranges::max_element(curve, {}, worth);
}

double balance(const RocPoint& point) { return (point.tpr() + 1.0 - point.fpr()) / 2.0; }

Proportion added(const Proportion& a, const Proportion& b) { return {a.successes + b.successes, a.trials + b.trials}; }

bool surely_below(const RocPoint& point, double fpr) { return clopper_pearson_high(point.false_alarms, rate_risk) <= fpr; }
bool surely_above(const RocPoint& point, double fpr) { return clopper_pearson_low(point.false_alarms, rate_risk) >= fpr; }

double sure_low(const std::vector<RocPoint>& curve, double fpr) {
  const auto beyond = std::ranges::find_if(curve, [&](const RocPoint& point) { return !surely_below(point, fpr); });
  return beyond == curve.begin() ? 0.0 : clopper_pearson_low(std::prev(beyond)->hits, rate_risk);
}

double sure_high(const std::vector<RocPoint>& curve, double fpr) {
  const auto above = std::ranges::find_if(curve, [&](const RocPoint& point) { return surely_above(point, fpr); });
  return above == curve.end() ? 1.0 : clopper_pearson_high(above->hits, rate_risk);
}

int step_of(double rate, std::int64_t per_decade) {
  if (rate <= 0.0) return std::numeric_limits<int>::min();
  return static_cast<int>(std::floor(std::log10(rate) * static_cast<double>(per_decade)));
}

}  // namespace

std::vector<RocPoint> roc_curve(const MembershipScores& scores) {
  require(!empty(scores), "membership: a curve needs members and non-members");
  refuse_nan(scores.members);
  refuse_nan(scores.non_members);
  const std::vector<double> members = descending(scores.members), others = descending(scores.non_members);
  const auto size = [](const std::vector<double>& side) { return static_cast<std::int64_t>(side.size()); };
  RocPoint point{std::numeric_limits<double>::infinity(), {0, size(members)}, {0, size(others)}};
  std::vector<RocPoint> curve = {point};
  std::size_t hits = 0, false_alarms = 0;
  while (hits < members.size() || false_alarms < others.size()) {
    const double lowest = -std::numeric_limits<double>::infinity();
    point.threshold = std::max(hits < members.size() ? members[hits] : lowest,
                               false_alarms < others.size() ? others[false_alarms] : lowest);
    while (hits < members.size() && members[hits] >= point.threshold) ++hits;
    while (false_alarms < others.size() && others[false_alarms] >= point.threshold) ++false_alarms;
    point.hits.successes = static_cast<std::int64_t>(hits);
    point.false_alarms.successes = static_cast<std::int64_t>(false_alarms);
    curve.push_back(point);
  }
  return curve;
}

std::vector<RocPoint> thinned(const std::vector<RocPoint>& curve, std::int64_t per_decade) {
  const auto step = [&](const RocPoint& point) {
    return std::pair(step_of(point.fpr(), per_decade), step_of(point.tpr(), per_decade));
  };
  std::vector<RocPoint> kept;
  for (std::size_t i = 0; i < curve.size(); ++i) {
    const bool last = i + 1 == curve.size();
    if (i == 0 || last || step(curve[i]) != step(curve[i + 1])) kept.push_back(curve[i]);
  }
  return kept;
}

Bounded auc(const MembershipScores& scores) {
  if (empty(scores)) return {};
  refuse_nan(scores.members);
  refuse_nan(scores.non_members);
  const std::vector<double> of_members = wins(scores.members, scores.non_members);
  const double value = mean(of_members);
  const double variance = squared_error(of_members) + squared_error(wins(scores.non_members, scores.members));
  if (variance > 0.0 && value > 0.0 && value < 1.0) return around_log_odds(value, std::sqrt(variance));
  const auto smaller = static_cast<std::int64_t>(std::min(scores.members.size(), scores.non_members.size()));
  const Bounded bounds = clopper_pearson({std::llround(value * static_cast<double>(smaller)), smaller});
  return {value, bounds.low, bounds.high};
}

double best_balanced_accuracy(const MembershipScores& scores) {
  if (empty(scores)) return std::numeric_limits<double>::quiet_NaN();
  return balance(best_point(roc_curve(scores), balance));
}

Bounded balanced_accuracy(const MembershipScores& scores) {
  if (scores.members.size() < 2 || scores.non_members.size() < 2) return {};
  Proportion hits, false_alarms;
  for (const std::size_t chosen_by : {0, 1}) {
    const double threshold = best_point(roc_curve(half_of(scores, chosen_by)), balance).threshold;
    const MembershipScores judged = half_of(scores, 1 - chosen_by);
    hits = added(hits, at_least(judged.members, threshold));
    false_alarms = added(false_alarms, at_least(judged.non_members, threshold));
  }
  return balanced_share(hits, false_alarms);
}

Bounded tpr_at(const MembershipScores& scores, double fpr) {
  const bool enough = static_cast<double>(scores.non_members.size()) * fpr >= least_false_alarms * (1.0 - 1e-12);
  if (empty(scores) || !enough) return {};
  const std::vector<RocPoint> curve = roc_curve(scores);
  const auto last = std::ranges::find_if(curve, [&](const RocPoint& point) { return point.fpr() > fpr; });
  return {std::prev(last)->tpr(), sure_low(curve, fpr), sure_high(curve, fpr)};
}

double epsilon_lower_bound(const MembershipScores& scores, double delta) {
  if (scores.members.size() < 2 || scores.non_members.size() < 2) return std::numeric_limits<double>::quiet_NaN();
  const auto bound = [&](const RocPoint& point) { return epsilon_lower_bound(point.hits, point.false_alarms, delta); };
  const double threshold = best_point(thinned(roc_curve(half_of(scores, 0)), steps_per_decade), bound).threshold;
  const MembershipScores judged = half_of(scores, 1);
  return epsilon_lower_bound(at_least(judged.members, threshold), at_least(judged.non_members, threshold), delta);
}

}  // namespace polyclinic
