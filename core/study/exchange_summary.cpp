#include "core/study/exchange_summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "core/record/text_table.hpp"
#include "core/study/study_statistics.hpp"

namespace polyclinic {

namespace {

std::string ratio_text(const TimeRatio& time) {
  if (time.bound == RatioBound::none || std::isnan(time.ratio)) return "unknown";
  if (std::isinf(time.ratio)) return "infinite";
  const std::string bound = time.bound == RatioBound::exact ? "" : std::string(name_of(time.bound)) + " ";
  return fmt::format("{}{:.3g}", bound, time.ratio);
}

std::string signed_text(const Estimate& value) {
  if (value.count == 0) return "-";
  if (!(value.half_width() > 0)) return fmt::format("{:+.3f}", value.mean);
  return fmt::format("{:+.3f} [{:+.3f}, {:+.3f}]", value.mean, value.low, value.high);
}

std::string plain_text(const Estimate& value) { return value.count == 0 ? "-" : fmt::format("{:.3f}", value.mean); }

std::string share_text(const Estimate& value) { return value.count == 0 ? "-" : fmt::format("{:.0f} %", 100 * value.mean); }

}  // namespace

std::string ratios_text(const StudyResult& result, const std::string& chain) {
  const auto had_help = [&](const StudyFigures& figures) {
    return figures.chain == chain && !std::isnan(figures.auxiliary_objects);
  };
  if (std::ranges::none_of(result.figures, had_help)) return "";
  constexpr std::array<std::string_view, 3> measures = {"rounds", "sim_time_s", "published_bytes"};
  std::map<std::string, std::array<std::string, measures.size()>> cells;  // by point
  std::vector<RatioRow> firsts;
  for (const RatioRow& row : target_ratios(result)) {
    if (row.chain != chain) continue;
    if (!cells.contains(row.point)) firsts.push_back(row);
    const auto measure = std::ranges::find(measures, row.measure) - measures.begin();
    cells[row.point][static_cast<std::size_t>(measure)] = ratio_text(row.time);
  }
  if (firsts.empty()) return "";
  TextTable table({"point", "reached by", "compared with", "reached by", "rounds", "simulated", "published"}, 1);
  for (const RatioRow& row : firsts) {
    const auto& [rounds, time, bytes] = cells[row.point];
    table.add({row.point, fmt::format("{} of {}", row.own.reached, row.own.runs), row.against,
               fmt::format("{} of {}", row.others.reached, row.others.runs), rounds, time, bytes});
  }
  return "\n  how many times as long to the target takes what each is compared with; a bound where too few get there\n" +
         table.str("  ");
}

std::string personal_text(const StudyResult& result, const std::string& chain) {
  std::map<std::pair<std::string, std::string>, std::map<std::string, Estimate>>
      values;  // by point and method, then metric
  std::vector<std::pair<std::string, std::string>> order;
  for (const PersonalRowOverSeeds& row : personal_statistics(result)) {
    if (row.chain != chain) continue;
    const std::pair key{row.point, row.method};
    if (!values.contains(key)) order.push_back(key);
    values[key][row.metric] = row.value;
  }
  if (order.empty()) return "";
  TextTable table(
      {"point", "method", "gain in AUC", "in accuracy", "AUC above alone", "gained", "hurt", "worst gain in AUC"}, 2);
  for (const auto& key : order) {
    auto& of = values[key];
    table.add({key.first, key.second, signed_text(of["gain_auc"]), signed_text(of["gain_accuracy"]),
               signed_text(of["local_gain_auc"]), share_text(of["share_gained"]), share_text(of["share_hurt"]),
               signed_text(of["worst_gain_auc"])});
  }
  return "\n  personal models, on own test rows: personal minus common model, means over institutions and then seeds\n" +
         table.str("  ");
}

std::string leakage_text(const StudyResult& result, const std::string& chain) {
  constexpr std::array<const char*, 5> metrics = {"leak_gain_db", "leak_recovered_rate", "leak_label_skill",
                                                  "leak_membership_auc", "epsilon"};
  const StudyStatistics found(result);
  TextTable table({"point", "PSNR above the mean image", "recovered", "label skill", "membership AUC", "epsilon"}, 1);
  bool any = false;
  for (const StudyPoint& point : result.study.points) {
    std::array<Estimate, metrics.size()> of;
    for (std::size_t i = 0; i < of.size(); ++i) of[i] = found.value(point.name, chain, "collaboration", metrics[i]);
    any = any || std::ranges::any_of(of, [](const Estimate& value) { return value.count > 0; });
    const std::string spent = of[4].count == 0 ? "-" : fmt::format("{:.3g}", of[4].mean);
    table.add({point.name, of[0].count == 0 ? "-" : signed_text(of[0]) + " dB", share_text(of[1]), signed_text(of[2]),
               plain_text(of[3]), spent});
  }
  if (!any) return "";
  return "\n  leakage: the strongest attack of any observer and round; one that fails is no sign of safety\n" +
         table.str("  ");
}

}  // namespace polyclinic
