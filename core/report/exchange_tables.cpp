#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/report/table_parts.hpp"

namespace polyclinic {

namespace {

constexpr std::array<std::pair<const char*, const char*>, 3> measures{
    {{"rounds", "rounds"}, {"sim_time_s", "simulated time"}, {"published_bytes", "published"}}};

// "2.5 times", "at least 2.5 times".
Json ratio_text(const TimeRatio& time) {
  if (time.bound == RatioBound::none) return "unknown";
  if (std::isinf(time.ratio)) return "infinite";
  const std::string bound = time.bound == RatioBound::exact ? "" : std::string(name_of(time.bound)) + " ";
  return std::isnan(time.ratio) ? Json(nullptr) : Json(fmt::format("{}{:.3g} times", bound, time.ratio));
}

struct PersonalCell {
  const char* metric;
  const char* title;
  const char* kind;
};
constexpr std::array<PersonalCell, 14> personal_cells{{{"local_auc", "AUC alone", "~score"},
                                                       {"collaborative_auc", "AUC together", "~score"},
                                                       {"personal_auc", "AUC personal", "~score"},
                                                       {"gain_auc", "gain in AUC", "~score"},
                                                       {"worst_gain_auc", "worst gain in AUC", "~score"},
                                                       {"local_gain_auc", "AUC above alone", "~score"},
                                                       {"local_accuracy", "accuracy alone", "~score"},
                                                       {"collaborative_accuracy", "accuracy together", "~score"},
                                                       {"personal_accuracy", "accuracy personal", "~score"},
                                                       {"gain_accuracy", "gain in accuracy", "~score"},
                                                       {"worst_gain_accuracy", "worst gain in accuracy", "~score"},
                                                       {"local_gain_accuracy", "accuracy above alone", "~score"},
                                                       {"share_gained", "gained", "~share"},
                                                       {"share_hurt", "hurt", "~share"}}};

}  // namespace

Json ratios_table(const StudyResult& result) {
  Json table = {
      {"id", "ratios"},
      {"title", "To the target, beside what each is compared with"},
      {"columns", Json::array({{"chain", "text"},
                               {"point", "text"},
                               {"compared with", "text"},
                               {"pairs", "count"},
                               {"reached it", "count"},
                               {"the other reached it", "count"}})},
      {"rows", Json::array()},
      {"caption",
       "How many times as long the other takes: the ratio of the medians over seeds, above 1 where the point is faster. "
       "Runs that never reach the target count as longer than any that does; where a median is not known, the least "
       "that it can be makes the ratio a bound. Infinite: the target was met before the first round."}};
  for (const auto& [measure, title] : measures) table["columns"].push_back({title, "text"});
  for (const RatioRow& row : target_ratios(result)) {
    const std::vector<std::string> keys = {row.chain, row.point, row.against};
    const std::size_t columns = 3 + measures.size();
    put(table["rows"], keys, columns, 0, row.own.runs);
    put(table["rows"], keys, columns, 1, row.own.reached);
    put(table["rows"], keys, columns, 2, row.others.reached);
    const auto measure = std::ranges::find_if(measures, [&](const auto& other) { return row.measure == other.first; });
    put(table["rows"], keys, columns, 3 + static_cast<std::size_t>(measure - measures.begin()), ratio_text(row.time));
  }
  return table;
}

Json personal_table(const StudyResult& result) {
  Json table = {
      {"id", "personal"},
      {"title", "Personal models"},
      {"columns", Json::array({{"chain", "text"}, {"point", "text"}, {"method", "text"}})},
      {"rows", Json::array()},
      {"caption",
       "Means over institutions, each on its own test rows, of models trained alone, together, and made one's own; the "
       "gain is personal minus together, the worst one that of the institution that loses most. Gained and hurt: the "
       "share of institutions whose AUC, or accuracy where that is undefined, rises or falls. Over seeds with 95 % "
       "confidence intervals."}};
  for (const PersonalCell& cell : personal_cells) table["columns"].push_back({cell.title, cell.kind});
  for (const PersonalRowOverSeeds& row : personal_statistics(result)) {
    const auto cell =
        std::ranges::find_if(personal_cells, [&](const PersonalCell& other) { return row.metric == other.metric; });
    if (cell == personal_cells.end()) continue;
    put(table["rows"], {row.chain, row.point, row.method}, personal_cells.size(),
        static_cast<std::size_t>(cell - personal_cells.begin()), cell_of(row.value));
  }
  drop_empty_columns(table, 3);
  return table;
}

}  // namespace polyclinic
