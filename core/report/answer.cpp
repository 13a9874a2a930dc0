#include "core/report/answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/base/counted.hpp"
#include "core/record/text_table.hpp"
#include "core/report/answer_exchange.hpp"
#include "core/study/study_statistics.hpp"

namespace polyclinic {

namespace {

struct PointFigures {
  std::string name;
  Estimate score, centralized, local, published_bytes, sim_time_s;
  std::optional<PairedDifference> to_centralized, to_local;
  std::optional<TimeToTarget> to_target;  // in simulated time
};

struct ChainFacts {
  std::string chain;
  const char* metric = "test_auc";
  const char* metric_text = "test AUC";
  std::vector<PointFigures> points;  // with a score, best first
};

std::vector<std::string> learning_chains(const StudyStatistics& statistics) {
  std::vector<std::string> chains;
  for (const StatisticRow& row : statistics.values()) {
    if (row.series == "collaboration" && std::ranges::find(chains, row.chain) == chains.end()) chains.push_back(row.chain);
  }
  return chains;
}

bool has_auc(const StudyStatistics& statistics, const std::string& chain) {
  return std::ranges::any_of(statistics.values(), [&](const StatisticRow& row) {
    return row.chain == chain && row.series == "collaboration" && row.metric == "test_auc";
  });
}

ChainFacts facts_of(const StudyResult& result, const StudyStatistics& statistics, const std::string& chain) {
  ChainFacts facts{chain, "test_auc", "test AUC", {}};
  if (!has_auc(statistics, chain)) facts.metric = "test_accuracy", facts.metric_text = "test accuracy";
  for (const StudyPoint& point : result.study.points) {
    const auto of = [&](const char* series, const char* metric) {
      return statistics.value(point.name, chain, series, metric);
    };
    PointFigures figures{point.name,
                         of("collaboration", facts.metric),
                         of("centralized", facts.metric),
                         of("local", facts.metric),
                         of("collaboration", "published_bytes"),
                         of("collaboration", "sim_time_s"),
                         statistics.difference(point.name, chain, Comparison::baseline, "centralized", facts.metric),
                         statistics.difference(point.name, chain, Comparison::baseline, "local", facts.metric),
                         statistics.target(point.name, chain, "collaboration", "sim_time_s")};
    if (figures.score.count > 0) facts.points.push_back(std::move(figures));
  }
  std::ranges::stable_sort(facts.points, std::ranges::greater(),
                           [](const PointFigures& point) { return point.score.mean; });
  return facts;
}

// "0.037 ± 0.064 below"
std::string distance_text(const Estimate& difference) {
  Estimate unsigned_difference = difference;
  unsigned_difference.mean = std::abs(difference.mean);
  const std::string size = estimate_text(unsigned_difference);
  if (size.starts_with("0.000")) return size + " from";
  return size + (difference.mean < 0 ? " below" : " above");
}

bool is_unsure(const PairedDifference& paired) {  // not without an interval
  return paired.difference.low <= 0 && paired.difference.high >= 0;
}

std::string unsure_text(const PairedDifference& paired) {
  return is_unsure(paired) ? fmt::format(": {} do not show a difference", counted(paired.difference.count, "seed")) : "";
}

std::string score_sentence(const ChainFacts& facts) {
  const PointFigures& best = facts.points.front();
  std::string text = "Collaboration ends";
  if (facts.points.size() > 1) {
    text = fmt::format("With {}, the best of {} points, collaboration ends", best.name, facts.points.size());
  }
  text += fmt::format(" at {} {}", facts.metric_text, estimate_text(best.score));
  if (!best.to_centralized) return text + ".";
  return text + fmt::format(", {} centralized training ({:.3f}){}.", distance_text(best.to_centralized->difference),
                            best.centralized.mean, unsure_text(*best.to_centralized));
}

// "fraction=0.1 and fraction=0.03", and of many their number.
std::string names_text(const std::vector<std::string>& names) {
  constexpr std::size_t most = 3;
  if (names.size() > most) return fmt::format("{} other points", names.size());
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) text += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
  return text;
}

// What the sentence about the best point does not say of the others.
std::string others_text(const std::vector<PointFigures>& points) {
  std::vector<std::string> unsure;
  std::size_t others = 0;
  for (const PointFigures& point : points) {
    if (&point == &points.front() || !point.to_local) continue;
    ++others;
    if (is_unsure(*point.to_local)) unsure.push_back(point.name);
  }
  if (unsure.empty()) return "";
  const bool best_is_unsure = is_unsure(*points.front().to_local);
  if (best_is_unsure && unsure.size() == others) return ", with this point or any other";
  if (best_is_unsure) return fmt::format(", nor do they with {}", names_text(unsure));
  return fmt::format("; with {} the seeds do not show a difference", names_text(unsure));
}

std::string local_sentence(const ChainFacts& facts) {
  const PointFigures& best = facts.points.front();
  if (!best.to_local) return "";
  return fmt::format("That is {} institutions that train alone ({:.3f} on average){}{}.",
                     distance_text(best.to_local->difference), best.local.mean, unsure_text(*best.to_local),
                     others_text(facts.points));
}

std::string target_text(const StudyResult& result, const PointFigures& point) {
  if (!result.study.target || !point.to_target) return "";
  const TimeToTarget& time = *point.to_target;
  const StudyTarget& target = *result.study.target;
  const std::string told = fmt::format("{} {:g}", target.metric == "auc" ? "AUC" : "accuracy", target.value);
  if (time.runs == 1 && time.reached == 0) return fmt::format(", and does not reach {}", told);
  if (time.runs == 1) return fmt::format(", and reaches {} after {}", told, duration_text(time.median));
  std::string text = fmt::format(", and {} of {} runs reach {}", time.reached, time.runs, told);
  if (!std::isnan(time.median)) text += fmt::format(" (median after {})", duration_text(time.median));
  return text;
}

// The point that publishes least, or most where the best one does that already.
std::string contrast_text(const ChainFacts& facts) {
  const auto [least, most] =
      std::ranges::minmax_element(facts.points, {}, [](const PointFigures& point) { return point.published_bytes.mean; });
  if (least->published_bytes.mean == most->published_bytes.mean) return "";
  const bool is_least = least != facts.points.begin();
  const PointFigures& other = is_least ? *least : *most;
  return fmt::format("; with {}, which publishes {}, that is {} for {} {}", other.name, is_least ? "least" : "most",
                     bytes_text(other.published_bytes.mean), facts.metric_text, estimate_text(other.score));
}

std::string cost_sentence(const StudyResult& result, const ChainFacts& facts) {
  const PointFigures& best = facts.points.front();
  return fmt::format("{} {} in {} of simulated time{}{}.",
                     best.score.count == 1 && facts.points.size() == 1 ? "It publishes" : "A run publishes",
                     bytes_text(best.published_bytes.mean), duration_text(best.sim_time_s.mean), target_text(result, best),
                     contrast_text(facts));
}

struct LedgerFigures {
  std::string name;
  Estimate stale_rate, final_blocks, block_interval_s, commit_median_s;
};

std::string ledger_sentence(const LedgerFigures& point, const std::string& with) {
  return fmt::format("{}{:.3g} % of the blocks went stale; {:.0f} became final, one every {}, and half of them within {}.",
                     with, 100 * point.stale_rate.mean, point.final_blocks.mean, duration_text(point.block_interval_s.mean),
                     duration_text(point.commit_median_s.mean));
}

// Of a chain that nobody learns on: how it kept its blocks, at the points where least and most went stale.
std::vector<std::string> ledger_sentences(const StudyResult& result, const StudyStatistics& statistics,
                                          const std::string& chain) {
  std::vector<LedgerFigures> points;
  for (const StudyPoint& point : result.study.points) {
    const auto of = [&](const char* metric) { return statistics.value(point.name, chain, "collaboration", metric); };
    points.push_back({point.name, of("stale_rate"), of("final_blocks"), of("block_interval_s"), of("commit_median_s")});
  }
  std::erase_if(points, [](const LedgerFigures& point) { return point.stale_rate.count == 0; });
  if (points.empty()) return {};
  if (points.size() == 1) return {ledger_sentence(points.front(), "")};
  std::ranges::stable_sort(points, {}, [](const LedgerFigures& point) { return point.stale_rate.mean; });
  return {
      ledger_sentence(points.front(), fmt::format("With {}, the least of {} points, ", points.front().name, points.size())),
      ledger_sentence(points.back(), fmt::format("With {}, the most, ", points.back().name))};
}

}  // namespace

std::string estimate_text(const Estimate& value) {
  const std::string mean = fmt::format("{:.3f}", value.mean);
  return std::isnan(value.low) ? mean : fmt::format("{}\u00a0±\u00a0{:.3f}", mean, value.half_width());
}

std::vector<ChainAnswer> answer(const StudyResult& result) {
  const StudyStatistics figures(result);
  std::vector<ChainAnswer> answers;
  for (const std::string& chain : learning_chains(figures)) {
    const ChainFacts facts = facts_of(result, figures, chain);
    if (facts.points.empty()) {
      std::vector<std::string> told = ledger_sentences(result, figures, chain);
      if (!told.empty()) answers.push_back({chain, std::move(told)});
      continue;
    }
    ChainAnswer& told = answers.emplace_back(ChainAnswer{chain, {score_sentence(facts)}});
    if (const std::string local = local_sentence(facts); !local.empty()) told.sentences.push_back(local);
    told.sentences.push_back(cost_sentence(result, facts));
    for (const std::string& text : {transfer_sentence(result, figures, chain), personal_sentence(result, chain),
                                    leakage_sentence(result, figures, chain)}) {
      if (!text.empty()) told.sentences.push_back(text);
    }
  }
  return answers;
}

}  // namespace polyclinic
