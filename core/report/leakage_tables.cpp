#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/report/figures.hpp"
#include "core/report/leakage_arms.hpp"
#include "core/report/table_parts.hpp"
#include "core/study/statistics.hpp"

namespace polyclinic {

namespace {

Json cell_of(const Between& value, std::size_t count) {
  if (std::isnan(value.value)) return nullptr;
  return {json_number(value.value), json_number(value.low), json_number(value.high), count};
}

// What the numbers allow to be said; a failed attack is never more than that.
std::string said_of(const StrongestAttack& found) {
  if (std::isnan(found.gain_db.low)) return "too few images for an interval";
  if (found.gain_db.low > 0) return "above what the mean image gives";
  if (found.gain_db.high < 0) return "failed: no sign of safety";
  return "not told apart from the mean image";
}

Json row_of(const std::string& chain, const std::string& point, const StrongestAttack& found) {
  const std::size_t images = found.rows.size();
  return {chain,
          point,
          view_text(found.view),
          found.view.policy,
          json_number(found.shared_fraction),
          fmt::format("{} of {}", found.attack, found.attacks),
          images,
          cell_of(found.psnr_db, images),
          json_number(found.floor_db),
          json_number(found.oracle_db),
          cell_of(found.gain_db, images),
          cell_of(found.recovered, images),
          cell_of(found.identified, images),
          said_of(found)};
}

using Attempt =
    std::tuple<std::string, std::string, std::string, std::string, std::string>;  // chain, point, observer, attack, reason

std::string point_of(const ReportInput& input, const RunView& run) {
  return point_label(input, input.result.runs[run.run].run.point);
}

// Where an attack proves a larger epsilon than the accountant states, one of the two is wrong.
bool exceeds_allowance(const MembershipRow& row) { return row.comparable == 1 && row.epsilon_low > row.epsilon_allowed; }

}  // namespace

Json images_table(const ReportInput& input) {
  Json table = {{"id", "images"},
                {"title", "Attacks on images"},
                {"columns", Json::array({{"chain", "text"},
                                         {"point", "text"},
                                         {"who, when", "text"},
                                         {"policy", "text"},
                                         {"published", "share"},
                                         {"strongest attack", "text"},
                                         {"images", "count"},
                                         {"PSNR", "~dB"},
                                         {"mean image", "dB"},
                                         {"nearest other image", "dB"},
                                         {"above the mean image", "~dB"},
                                         {"recovered", "~share"},
                                         {"identified", "~share"},
                                         {"what that says", "prose"}})},
                {"rows", Json::array()},
                {"caption",
                 "Of each view, an observer in a round, the attack with the highest median PSNR, one for all images and "
                 "seeds. Medians, with "
                 "intervals by order statistics, and shares with Clopper and Pearson's, each image counted as a draw of "
                 "its own; at 95 % over all "
                 "attacks that it was chosen from. The mean image of the attackers' public ones needs no attack; the "
                 "nearest other one is the "
                 "public image most like the true one."}};
  for (const std::string& chain : chain_names(input)) {
    for (const AttackedPoint& point : attacked_points(input, chain)) {
      for (const StrongestAttack& found : point.views) table["rows"].push_back(row_of(chain, point.name, found));
    }
  }
  return table;
}

Json membership_table(const ReportInput& input) {
  Json table = {{"id", "membership"},
                {"title", "Attacks on membership"},
                {"columns", Json::array({{"chain", "text"},
                                         {"point", "text"},
                                         {"target", "text"},
                                         {"attack", "text"},
                                         {"observer", "text"},
                                         {"round", "count"},
                                         {"targets", "count"},
                                         {"members", "count"},
                                         {"non-members", "count"},
                                         {"AUC", "~score"},
                                         {"balanced accuracy", "~score"},
                                         {"TPR at 1 % FPR", "~score"},
                                         {"TPR at 0.1 % FPR", "~score"},
                                         {"epsilon at least", "count"},
                                         {"allowed", "count"}})},
                {"rows", Json::array()},
                {"caption",
                 "Means over targets and seeds with their 95 % confidence intervals; the result files have each target's "
                 "own. No true positive rate "
                 "where there are too few non-members for it. Epsilon at least: the most that any target proves. Allowed: "
                 "what the accountant "
                 "states, where the two can be compared."}};
  using Key = std::tuple<std::string, std::string, std::string, std::string, std::string, std::int64_t>;
  std::map<Key, std::vector<MembershipRow>> groups;
  for (const RunView& run : input.runs) {
    for (const ChainView& chain : run.chains) {
      for (const auto& [row, curve] : chain.leakage.membership)
        groups[{chain.name, point_of(input, run), row.target, row.attack, row.observer, row.round}].push_back(row);
    }
  }
  std::int64_t wrong = 0;
  for (const auto& [key, found] : groups) {
    wrong += std::ranges::count_if(found, exceeds_allowance);
    const auto over = [&](double MembershipRow::*member) {
      std::vector<double> values;
      for (const MembershipRow& row : found) values.push_back(row.*member);
      return cell_of(estimate(values));
    };
    double least = unknown, allowed = unknown;
    for (const MembershipRow& row : found) {
      least = std::fmax(least, row.epsilon_low);
      if (row.comparable == 1) allowed = std::fmin(allowed, row.epsilon_allowed);
    }
    const auto& [chain, point, target, attack, observer, round] = key;
    table["rows"].push_back({chain, point, target, attack, observer, round, found.size(), found.front().members,
                             found.front().non_members, over(&MembershipRow::auc), over(&MembershipRow::balanced_accuracy),
                             over(&MembershipRow::tpr_at_1e_2), over(&MembershipRow::tpr_at_1e_3), json_number(least),
                             json_number(allowed)});
  }
  if (wrong > 0) {
    table["caption"] = table["caption"].get<std::string>() +
                       fmt::format(" An error of ours: {} of these targets leak more than their epsilon allows.", wrong);
  }
  drop_empty_columns(table, 9);
  return table;
}

Json skipped_table(const ReportInput& input) {
  Json table = {{"id", "skipped"},
                {"title", "Attacks that were not tried"},
                {"columns", Json::array({{"chain", "text"},
                                         {"point", "text"},
                                         {"observer", "text"},
                                         {"attack", "text"},
                                         {"times", "count"},
                                         {"why", "prose"}})},
                {"rows", Json::array()},
                {"caption", "What could not be tried says nothing about what it would have found."}};
  std::map<Attempt, std::int64_t> attempts;
  for (const RunView& run : input.runs) {
    for (const ChainView& chain : run.chains) {
      for (const SkippedAttackRow& row : chain.leakage.skipped)
        ++attempts[{chain.name, point_of(input, run), row.observer, row.attack, row.reason}];
    }
  }
  for (const auto& [attempt, times] : attempts) {
    const auto& [chain, point, observer, attack, reason] = attempt;
    table["rows"].push_back({chain, point, observer, attack, times, reason});
  }
  return table;
}

}  // namespace polyclinic
