#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <utility>

#include "core/base/counted.hpp"
#include "core/record/text_table.hpp"
#include "core/study/exchange_summary.hpp"
#include "core/study/study_result.hpp"
#include "core/study/study_statistics.hpp"

namespace polyclinic {

namespace {

constexpr std::string_view series_titles[] = {"collaboration", "centralized", "full sharing", "local only"};

// A metric as the tables show it.
struct Shown {
  const char* metric;
  const char* title;
  std::string (*text)(double);
};

std::string percent_text(double share) { return std::isnan(share) ? "-" : fmt::format("{:.2f} %", 100 * share); }
std::string count_text(double count) { return std::isnan(count) ? "-" : fmt::format("{:.4g}", count); }

constexpr std::array of_learning = {
    Shown{"test_auc", "test AUC", score_text},       Shown{"test_accuracy", "test accuracy", score_text},
    Shown{"local_auc", "own-rows AUC", score_text},  Shown{"published_bytes", "published", bytes_text},
    Shown{"sim_time_s", "simulated", duration_text},
};
constexpr std::array of_a_chain_alone = {
    Shown{"final_blocks", "final blocks", count_text},
    Shown{"stale_rate", "stale blocks", percent_text},
    Shown{"block_interval_s", "a block every", duration_text},
    Shown{"commit_median_s", "final after", duration_text},
    Shown{"wire_bytes", "on the wire", bytes_text},
};
constexpr std::size_t compared_metrics = 2;  // the first of those above

std::string with_interval(const Estimate& value, std::string (*text)(double)) {
  const double half = value.half_width();
  return !std::isnan(half) && half > 0 ? fmt::format("{} ± {}", text(value.mean), text(half)) : text(value.mean);
}

std::string signed_text(double value, std::string (*text)(double)) {
  return std::isnan(value) ? "-" : (value < 0 ? "-" : value > 0 ? "+" : "") + text(std::abs(value));
}

std::string difference_text(const Estimate& value, std::string (*text)(double)) {
  const std::string mean = signed_text(value.mean, text);
  if (!(value.half_width() > 0)) return mean;
  return fmt::format("{} [{}, {}]", mean, signed_text(value.low, text), signed_text(value.high, text));
}

std::string effect_text(double size) { return std::isnan(size) ? "-" : fmt::format("{:+.2f}", size); }

using Cells = std::vector<std::string>;
using CellsOf = std::function<Cells(const std::string& point, std::size_t series)>;  // none where there is nothing to show

// One line for each point, and below it those of its baselines that differ between points; the others once, at the end.
void add_lines(TextTable& table, const Study& study, const CellsOf& cells_of) {
  const auto add = [&](std::string label, Cells cells) {
    if (cells.empty()) return;
    cells.insert(cells.begin(), std::move(label));
    table.add(std::move(cells));
  };
  std::array<bool, std::size(series_titles)> is_shared{};
  for (std::size_t series = 1; series < std::size(series_titles); ++series) {
    const Cells first = cells_of(study.points.front().name, series);
    is_shared[series] =
        std::ranges::all_of(study.points, [&](const StudyPoint& point) { return cells_of(point.name, series) == first; });
  }
  for (const StudyPoint& point : study.points) {
    add(point.name, cells_of(point.name, 0));
    for (std::size_t series = 1; series < std::size(series_titles); ++series) {
      if (!is_shared[series]) add(fmt::format("  {}", series_titles[series]), cells_of(point.name, series));
    }
  }
  for (std::size_t series = 1; series < std::size(series_titles); ++series) {
    if (is_shared[series]) add(std::string(series_titles[series]), cells_of(study.points.front().name, series));
  }
}

// What is to be said of one chain.
class ChainText {
 public:
  ChainText(const Study& study, const StudyStatistics& statistics, std::string chain)
      : study_(study), statistics_(statistics), chain_(std::move(chain)) {
    const bool learns = std::ranges::any_of(
        statistics.values(), [this](const StatisticRow& row) { return row.chain == chain_ && row.metric == "rounds"; });
    shown_ = learns ? std::span<const Shown>(of_learning) : std::span<const Shown>(of_a_chain_alone);
  }

  [[nodiscard]] std::string str() const {
    return fmt::format("\nchain {}\n{}{}{}", chain_, figures(), differences(), times_to_target());
  }

 private:
  // Whether any of the rows is this chain's.
  [[nodiscard]] bool has_any(const auto& rows) const {
    return std::ranges::any_of(rows, [this](const auto& row) { return row.chain == chain_; });
  }

  [[nodiscard]] Cells figure_cells(const std::string& point, std::size_t series) const {
    std::int64_t runs = 0;
    Cells cells{""};
    for (const Shown& shown : shown_) {
      const Estimate found = statistics_.value(point, chain_, study_series()[series], shown.metric);
      runs = std::max(runs, found.count);
      cells.push_back(with_interval(found, shown.text));
    }
    cells.front() = std::to_string(runs);
    return runs == 0 ? Cells{} : cells;
  }

  [[nodiscard]] std::string figures() const {
    Cells header{"point", "runs"};
    for (const Shown& shown : shown_) header.emplace_back(shown.title);
    TextTable table(header, 1);
    add_lines(table, study_, [&](const std::string& point, std::size_t series) { return figure_cells(point, series); });
    return table.str("  ");
  }

  // The comparisons of one point with one other, by metric; none where there is no such pair.
  [[nodiscard]] Cells difference_cells(const std::string& point, Comparison kind, const std::string& against) const {
    Cells cells{""};
    for (const Shown& shown : shown_.first(compared_metrics)) {
      const auto found = statistics_.difference(point, chain_, kind, against, shown.metric);
      const PairedDifference paired = found.value_or(PairedDifference{});
      cells.push_back(difference_text(paired.difference, shown.text));
      cells.push_back(effect_text(paired.effect_size));
      if (paired.difference.count > 0) cells.front() = std::to_string(paired.difference.count);
    }
    return cells.front().empty() ? Cells{} : cells;
  }

  // A line that says what is subtracted, and below it the points that have such a pair.
  void add_differences(TextTable& table, Comparison kind, const std::string& against, std::string_view title) const {
    bool titled = false;
    for (const StudyPoint& point : study_.points) {
      const std::string& other = kind == Comparison::point ? compared_point(study_, point) : against;
      Cells cells = difference_cells(point.name, kind, other);
      if (cells.empty()) continue;
      if (!std::exchange(titled, true)) {
        Cells line(cells.size() + 1);
        line.front() = fmt::format("minus {}", title);
        table.add(std::move(line));
      }
      cells.insert(cells.begin(), "  " + point.name);
      table.add(std::move(cells));
    }
  }

  [[nodiscard]] std::string differences() const {
    if (!has_any(statistics_.comparisons())) return "";
    Cells header{"point", "pairs"};
    for (const Shown& shown : shown_.first(compared_metrics)) header.insert(header.end(), {shown.title, "d"});
    TextTable table(header, 1);
    add_differences(table, Comparison::point, study_.compare_with, study_.compare_with);
    for (std::size_t series = 1; series < std::size(series_titles); ++series) {
      add_differences(table, Comparison::baseline, study_series()[series], series_titles[series]);
    }
    return "\n  differences, paired by seed; d: Cohen's, the mean difference over its standard deviation\n" +
           table.str("  ");
  }

  [[nodiscard]] Cells target_cells(const std::string& point, std::size_t series) const {
    Cells cells{""};
    constexpr std::array measures = {Shown{"rounds", "", count_text}, Shown{"sim_time_s", "", duration_text},
                                     Shown{"published_bytes", "", bytes_text}};
    for (const Shown& shown : measures) {
      const auto found = statistics_.target(point, chain_, study_series()[series], shown.metric);
      cells.push_back(found ? time_text(*found, shown.text) : "-");
      if (found && cells.front().empty()) cells.front() = fmt::format("{} of {}", found->reached, found->runs);
    }
    return cells.front().empty() ? Cells{} : cells;
  }

  [[nodiscard]] static std::string time_text(const TimeToTarget& time, std::string (*text)(double)) {
    if (time.reached == time.runs) return text(time.median);
    const std::string bound = "mean at least " + text(time.least_mean);
    return std::isnan(time.median) ? bound : fmt::format("{}, {}", text(time.median), bound);
  }

  [[nodiscard]] std::string times_to_target() const {
    if (!has_any(statistics_.targets())) return "";
    TextTable table({"point", "reached by", "rounds", "simulated", "published"}, 1);
    add_lines(table, study_, [&](const std::string& point, std::size_t series) { return target_cells(point, series); });
    return fmt::format("\n  to a test {} of {}: medians; runs that never reach it count as longer than any that do\n{}",
                       study_.target->metric == "auc" ? "AUC" : study_.target->metric, study_.target->value,
                       table.str("  "));
  }

  const Study& study_;
  const StudyStatistics& statistics_;
  std::string chain_;
  std::span<const Shown> shown_;
};

std::string failures(const StudyResult& result) {
  std::string text;
  for (const StudyRunResult& run : result.runs) {
    if (run.state == StudyRunState::failed) text += fmt::format("  {} failed: {}\n", run.run.name, run.message);
  }
  return text;
}

std::string heading(const StudyResult& result) {
  const Study& study = result.study;
  double cpu_s = 0;
  for (const StudyRunResult& run : result.runs) cpu_s += std::isnan(run.cpu_s) ? 0 : run.cpu_s;
  std::string text =
      fmt::format("study {}: {} with {}; of {}, {}\n", study.name, counted(study.points.size(), "point"),
                  counted(study.seeds.size(), "seed"), counted(result.runs.size(), "run"), states_text(result));
  text += failures(result);
  if (cpu_s > 0) text += fmt::format("CPU time of the complete runs: {}\n", duration_text(cpu_s));
  return text;
}

std::string interval_note(const std::vector<StatisticRow>& rows) {
  if (rows.empty()) return "no run is complete: there are no figures yet\n";
  const bool any = std::ranges::any_of(rows, [](const StatisticRow& row) { return row.value.count > 1; });
  return any ? "means over seeds, ± half of the 95 % confidence interval (Student's t); in brackets the interval itself\n"
             : "one seed a point: no intervals; they need two or more\n";
}

}  // namespace

std::string summarize(const StudyResult& result) {
  const StudyStatistics statistics(result);
  std::string text = heading(result) + interval_note(statistics.values());
  std::vector<std::string> chains;
  for (const StudyFigures& figures : result.figures) {
    if (std::ranges::find(chains, figures.chain) == chains.end()) chains.push_back(figures.chain);
  }
  std::ranges::sort(chains);
  for (const std::string& chain : chains) {
    text += ChainText(result.study, statistics, chain).str() + ratios_text(result, chain) + personal_text(result, chain) +
            leakage_text(result, chain);
  }
  return text;
}

}  // namespace polyclinic
