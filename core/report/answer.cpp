#include "core/report/answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/record/text_table.hpp"

namespace polyclinic {

namespace {

struct PointFigures {
  std::string name;
  Estimate score, published_bytes, sim_time_s;
  std::optional<PairedDifference> to_centralized, to_local;
  std::optional<TimeToTarget> to_target;  // in simulated time
};

struct ChainFacts {
  std::string chain;
  const char* metric = "test_auc";
  const char* metric_text = "test AUC";
  Estimate local;                    // of the first point that has it
  std::vector<PointFigures> points;  // with a score, best first
};

struct Statistics {
  std::vector<StatisticRow> values;
  std::vector<ComparisonRow> comparisons;
  std::vector<TargetRow> targets;

  [[nodiscard]] Estimate value(const std::string& point, const std::string& chain, std::string_view series,
                               std::string_view metric) const {
    for (const StatisticRow& row : values) {
      if (row.point == point && row.chain == chain && row.series == series && row.metric == metric) return row.value;
    }
    return {};
  }
  [[nodiscard]] std::optional<PairedDifference> difference(const std::string& point, const std::string& chain,
                                                           std::string_view metric, std::string_view against) const {
    for (const ComparisonRow& row : comparisons) {
      if (row.point == point && row.chain == chain && row.metric == metric && row.kind == Comparison::baseline &&
          row.against == against)
        return row.paired;
    }
    return std::nullopt;
  }
  [[nodiscard]] std::optional<TimeToTarget> target(const std::string& point, const std::string& chain) const {
    for (const TargetRow& row : targets) {
      if (row.point == point && row.chain == chain && row.series == "collaboration" && row.measure == "sim_time_s")
        return row.time;
    }
    return std::nullopt;
  }
};

std::vector<std::string> learning_chains(const Statistics& statistics) {
  std::vector<std::string> chains;
  for (const StatisticRow& row : statistics.values) {
    if (row.series == "collaboration" && std::ranges::find(chains, row.chain) == chains.end()) chains.push_back(row.chain);
  }
  return chains;
}

bool has_auc(const Statistics& statistics, const std::string& chain) {
  return std::ranges::any_of(statistics.values, [&](const StatisticRow& row) {
    return row.chain == chain && row.series == "collaboration" && row.metric == "test_auc";
  });
}

ChainFacts facts_of(const StudyResult& result, const Statistics& statistics, const std::string& chain) {
  ChainFacts facts{chain, "test_auc", "test AUC", {}, {}};
  if (!has_auc(statistics, chain)) facts.metric = "test_accuracy", facts.metric_text = "test accuracy";
  for (const StudyPoint& point : result.study.points) {
    const auto of = [&](const char* metric) { return statistics.value(point.name, chain, "collaboration", metric); };
    PointFigures figures{point.name,
                         of(facts.metric),
                         of("published_bytes"),
                         of("sim_time_s"),
                         statistics.difference(point.name, chain, facts.metric, "centralized"),
                         statistics.difference(point.name, chain, facts.metric, "local"),
                         statistics.target(point.name, chain)};
    if (facts.local.count == 0) facts.local = statistics.value(point.name, chain, "local", facts.metric);
    if (figures.score.count > 0) facts.points.push_back(std::move(figures));
  }
  std::ranges::stable_sort(facts.points, std::ranges::greater(),
                           [](const PointFigures& point) { return point.score.mean; });
  return facts;
}

std::string plain_text(double value) {
  const std::string digits = fmt::format("{:.3f}", std::abs(value));
  return (value < 0 && digits != "0.000" ? "−" : "") + digits;
}

bool includes_zero(const Estimate& value) { return value.low <= 0 && value.high >= 0; }  // false without an interval

std::string difference_text(const PairedDifference& paired) {
  const Estimate& value = paired.difference;
  std::string text = signed_text(value.mean);
  if (std::isnan(value.low)) return text;
  return text + fmt::format(" (95\u00a0%\u00a0CI {} to {}{})", signed_text(value.low), signed_text(value.high),
                            includes_zero(value) ? ", which includes zero" : "");
}

std::string score_sentence(const ChainFacts& facts) {
  const auto told = [&](const PointFigures& point) {
    std::string text = fmt::format("{} {:.3f}{}", facts.metric_text, point.score.mean, interval_text(point.score));
    if (point.to_centralized)
      text += fmt::format(", a difference to centralized training of {}", difference_text(*point.to_centralized));
    return text;
  };
  const PointFigures& best = facts.points.front();
  if (facts.points.size() == 1) return fmt::format("The final model has {}.", told(best));
  const PointFigures& worst = facts.points.back();
  return fmt::format("Of {} points, {} ends highest: {}; {} ends lowest: {}.", facts.points.size(), best.name, told(best),
                     worst.name, told(worst));
}

bool is_unsure(const PointFigures& point) { return includes_zero(point.to_local->difference); }

std::string unsure_text(const std::vector<PointFigures>& points) {
  if (std::ranges::none_of(points, is_unsure)) return "";
  if (std::ranges::all_of(points, is_unsure)) return "; with no point do these seeds show a difference to training alone";
  std::string names;
  for (const PointFigures& point : points) {
    if (is_unsure(point)) names += (names.empty() ? "" : ", ") + point.name;
  }
  return "; these seeds show no difference to training alone with " + names;
}

std::string local_sentence(const ChainFacts& facts) {
  std::vector<PointFigures> points = facts.points;
  std::erase_if(points, [](const PointFigures& point) { return !point.to_local; });
  if (points.empty()) return "";
  std::string text =
      fmt::format("Training alone, institutions reach {:.3f} on average{}; collaborating makes a difference of {}",
                  facts.local.mean, interval_text(facts.local), difference_text(*points.front().to_local));
  if (points.size() == 1) return text + ".";
  return text + fmt::format(" with {} and of {} with {}{}.", points.front().name, difference_text(*points.back().to_local),
                            points.back().name, unsure_text(points));
}

std::string cost_text(const PointFigures& point) {
  return fmt::format("{} published and {} of simulated time", bytes_text(point.published_bytes.mean),
                     duration_text(point.sim_time_s.mean));
}

std::string target_text(const StudyResult& result, const PointFigures& point) {
  if (!result.study.target || !point.to_target) return "";
  const TimeToTarget& time = *point.to_target;
  std::string text = fmt::format(", where {} of {} runs reach {} {:g}", time.reached, time.runs,
                                 result.study.target->metric == "auc" ? "AUC" : "accuracy", result.study.target->value);
  if (!std::isnan(time.median)) text += fmt::format(" (median after {})", duration_text(time.median));
  return text;
}

std::string cost_sentence(const StudyResult& result, const ChainFacts& facts) {
  const auto [least, most] =
      std::ranges::minmax_element(facts.points, {}, [](const PointFigures& point) { return point.published_bytes.mean; });
  if (facts.points.size() == 1) {
    return fmt::format("{} {}{}.", least->score.count == 1 ? "It cost" : "A run costs on average", cost_text(*least),
                       target_text(result, *least));
  }
  return fmt::format("A run costs {} with {}{}, and {} with {}{}.", cost_text(*least), least->name,
                     target_text(result, *least), cost_text(*most), most->name, target_text(result, *most));
}

}  // namespace

std::string signed_text(double value) { return (fmt::format("{:.3f}", value) > "0.000" ? "+" : "") + plain_text(value); }

std::string interval_text(const Estimate& value) {
  return std::isnan(value.low)
             ? ""
             : fmt::format(" (95\u00a0%\u00a0CI {} to {})", plain_text(value.low), plain_text(value.high));
}

std::vector<ChainAnswer> answer(const StudyResult& result) {
  const Statistics figures{statistics(result), comparisons(result), targets(result)};
  std::vector<ChainAnswer> answers;
  for (const std::string& chain : learning_chains(figures)) {
    const ChainFacts facts = facts_of(result, figures, chain);
    if (facts.points.empty()) continue;
    ChainAnswer& told = answers.emplace_back(ChainAnswer{chain, {score_sentence(facts)}});
    if (const std::string local = local_sentence(facts); !local.empty()) told.sentences.push_back(local);
    told.sentences.push_back(cost_sentence(result, facts));
  }
  return answers;
}

}  // namespace polyclinic
