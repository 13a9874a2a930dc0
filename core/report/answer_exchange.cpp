#include "core/report/answer_exchange.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "core/base/counted.hpp"
#include "core/report/answer.hpp"

namespace polyclinic {

namespace {

// "+0.031 ± 0.012", or with a note where the interval includes zero.
std::string signed_text(const Estimate& value) {
  const std::string text = estimate_text(value);
  return (value.mean >= 0 && !text.starts_with("-") ? "+" : "") + text;
}

bool is_unsure(const Estimate& value) { return value.low <= 0 && value.high >= 0; }

std::string change_text(const Estimate& value) {
  return signed_text(value) + (is_unsure(value) ? ", which the seeds do not show" : "");
}

// ---- from other chains -----------------------------------------------------------------------------------------------

struct Transfer {
  const StudyPoint* point = nullptr;
  std::string against;
  Estimate area;
};

std::vector<Transfer> transfers_of(const StudyResult& result, const StudyStatistics& statistics, const std::string& chain) {
  std::vector<Transfer> transfers;
  for (const StudyPoint& point : result.study.points) {
    const std::string& against = compared_point(result.study, point);
    const bool had = statistics.value(point.name, chain, "collaboration", "auxiliary_objects").count > 0;
    const auto area = statistics.difference(point.name, chain, Comparison::point, against, "area_auc");
    if (had && area && area->difference.count > 0) transfers.push_back({&point, against, area->difference});
  }
  return transfers;
}

std::string target_text(const StudyResult& result, const Transfer& best, const std::string& chain) {
  for (const RatioRow& row : target_ratios(result)) {
    if (row.point != best.point->name || row.chain != chain || row.measure != "rounds") continue;
    const std::string reached =
        fmt::format("{} of {} runs reach the target, of the other's {}", row.own.reached, row.own.runs, row.others.reached);
    if (row.time.bound == RatioBound::none || !std::isfinite(row.time.ratio)) return "; " + reached;
    const std::string bound = row.time.bound == RatioBound::exact ? "" : std::string(name_of(row.time.bound)) + " ";
    return fmt::format("; {}, which takes {}{:.3g} times as many rounds", reached, bound, row.time.ratio);
  }
  return "";
}

// ---- personal models ---------------------------------------------------------------------------------------------------

using ByMetric = std::map<std::string, Estimate>;
using ByMethod = std::map<std::pair<std::string, std::string>, ByMetric>;  // by point and method

ByMethod methods_of(const StudyResult& result, const std::string& chain) {
  ByMethod methods;
  for (const PersonalRowOverSeeds& row : personal_statistics(result)) {
    if (row.chain == chain) methods[{row.point, row.method}][row.metric] = row.value;
  }
  return methods;
}

std::size_t count_names(const ByMethod& methods) {
  std::set<std::string> names;
  for (const auto& [key, values] : methods) names.insert(key.second);
  return names.size();
}

}  // namespace

std::string transfer_sentence(const StudyResult& result, const StudyStatistics& statistics, const std::string& chain) {
  const std::vector<Transfer> transfers = transfers_of(result, statistics, chain);
  if (transfers.empty()) return "";
  const Transfer& best = *std::ranges::max_element(transfers, {}, [](const Transfer& one) { return one.area.mean; });
  const auto difference = [&](const char* metric) {
    const auto found = statistics.difference(best.point->name, chain, Comparison::point, best.against, metric);
    return found ? found->difference : Estimate{};
  };
  std::string text = fmt::format("From another chain, {} learns most beside {}: test AUC over rounds {}", best.point->name,
                                 best.against, change_text(best.area));
  if (const Estimate start = difference("start_auc"); start.count > 0) {
    text += fmt::format(", before the first round {}", change_text(start));
  }
  text += fmt::format(", at the end {}", change_text(difference("test_auc"))) + target_text(result, best, chain);
  const auto worse = std::ranges::count_if(transfers, [](const Transfer& one) { return one.area.high < 0; });
  if (worse > 0)
    text +=
        fmt::format("; {} sure to learn worse with it", worse == 1 ? "1 point is" : fmt::format("{} points are", worse));
  return text + ".";
}

std::string personal_sentence(const StudyResult& result, const std::string& chain) {
  const ByMethod methods = methods_of(result, chain);
  if (methods.empty()) return "";
  const bool by_auc = std::ranges::any_of(methods, [](const auto& method) { return method.second.contains("gain_auc"); });
  const std::string metric = by_auc ? "auc" : "accuracy";
  const auto gain_of = [&](const auto& method) {
    const auto found = method.second.find("gain_" + metric);
    return found == method.second.end() ? -INFINITY : found->second.mean;
  };
  const auto best = std::ranges::max_element(methods, {}, gain_of);
  const auto of = [&](const std::string& name) {
    const auto found = best->second.find(name);
    return found == best->second.end() ? Estimate{} : found->second;
  };
  const std::string at = result.study.points.size() > 1 ? fmt::format(" at {}", best->first.first) : "";
  return fmt::format(
      "Of {} of personalization, {}{} gains most: on average personal models have {} {} beside the common one; {:.0f} % of "
      "the institutions gain, "
      "{:.0f} % are hurt, and the worst one changes by {}.",
      counted(count_names(methods), "method"), best->first.second, at, by_auc ? "AUC" : "accuracy",
      change_text(of("gain_" + metric)), 100 * of("share_gained").mean, 100 * of("share_hurt").mean,
      signed_text(of("worst_gain_" + metric)));
}

std::string leakage_sentence(const StudyResult& result, const StudyStatistics& statistics, const std::string& chain) {
  std::vector<std::pair<std::string, Estimate>> gains;
  for (const StudyPoint& point : result.study.points) {
    const Estimate gain = statistics.value(point.name, chain, "collaboration", "leak_gain_db");
    if (gain.count > 0) gains.emplace_back(point.name, gain);
  }
  if (gains.empty()) return "";
  const auto above = [](const Estimate& gain) { return std::isnan(gain.low) ? gain.mean > 0 : gain.low > 0; };
  const auto& [name, most] = *std::ranges::max_element(gains, {}, [](const auto& one) { return one.second.mean; });
  const std::string where = gains.size() > 1 ? fmt::format(" with {}, where most leaks", name) : "";
  if (!above(most)) {
    return fmt::format(
        "No attack on images is shown to make more of them than the mean image, which needs none{}: these attacks failed, "
        "which is no sign of safety.",
        gains.size() > 1 ? ", with any point" : "");
  }
  const std::string half = std::isnan(most.low) ? "" : fmt::format("\u00a0±\u00a0{:.1f}", most.half_width());
  const auto others = std::ranges::count_if(gains, [&](const auto& one) { return !above(one.second); });
  const std::string rest =
      others == 0 ? ""
                  : fmt::format("; with {} attacks are not shown to be better than it, which is no sign of safety",
                                counted(others, "point"));
  return fmt::format("The strongest attack makes {:.1f}{} dB more of images than the mean image, which needs none{}{}.",
                     most.mean, half, where, rest);
}

}  // namespace polyclinic
