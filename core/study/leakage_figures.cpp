#include "core/study/leakage_figures.hpp"

#include <boost/math/distributions/binomial.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace polyclinic {
namespace {

using Binomial = boost::math::binomial_distribution<double>;

double middle(const std::vector<double>& sorted) {
  const std::size_t half = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

// How many of n fair coins may be left out on either side; -1 where none may.
std::int64_t left_out(std::size_t n, double risk) {
  const Binomial coins(static_cast<double>(n), 0.5);
  std::int64_t count = -1;
  while (boost::math::cdf(coins, static_cast<double>(count + 1)) <= risk / 2) ++count;
  return count;
}

template <class ValueOf>
std::vector<double> values_of(const std::vector<InversionRow>& rows, ValueOf value_of) {
  std::vector<double> values;
  for (const InversionRow& row : rows) values.push_back(value_of(row));
  return values;
}

double median_of(const std::vector<InversionRow>& rows, double InversionRow::*member) {
  return median_between(values_of(rows, [&](const InversionRow& row) { return row.*member; })).value;
}

template <class Holds>
Between share_that(const std::vector<InversionRow>& rows, double risk, Holds holds) {
  return share_between(std::ranges::count_if(rows, holds), std::ssize(rows), risk);
}

bool is_recovered(const InversionRow& row) { return row.ssim > 0.6 && row.ssim > row.nearest_ssim; }

using ByAttack = std::map<std::string, std::vector<InversionRow>>;

StrongestAttack strongest_of(const LeakageView& view, const ByAttack& attacks) {
  const auto psnr = [](const auto& attack) { return median_of(attack.second, &InversionRow::psnr_db); };
  const auto best = std::ranges::max_element(attacks, {}, psnr);
  StrongestAttack found;
  found.view = view;
  found.attack = best->first;
  found.attacks = attacks.size();
  found.rows = best->second;
  const double risk = 0.05 / static_cast<double>(attacks.size());
  found.shared_fraction = median_of(found.rows, &InversionRow::shared_fraction);
  found.psnr_db = median_between(values_of(found.rows, [](const InversionRow& row) { return row.psnr_db; }), risk);
  found.gain_db =
      median_between(values_of(found.rows, [](const InversionRow& row) { return row.psnr_db - row.mean_psnr_db; }), risk);
  found.floor_db = median_of(found.rows, &InversionRow::mean_psnr_db);
  found.oracle_db = median_of(found.rows, &InversionRow::nearest_psnr_db);
  found.recovered = share_that(found.rows, risk, is_recovered);
  found.identified = share_that(found.rows, risk, [](const InversionRow& row) { return row.identified == 1; });
  return found;
}

// Of a table of /leakage, the rows of one chain.
template <class Row>
std::vector<Row> of_chain(const ResultData& data, std::string_view path, const std::string& chain) {
  std::vector<Row> found = rows<Row>(data, path);
  std::erase_if(found, [&](const Row& row) { return row.chain != chain; });
  return found;
}

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// The highest mean of any attack, by all that tells attacks apart but the victim; unknown of no rows.
template <class Row, class KeyOf>
double highest_mean(const std::vector<Row>& rows, double Row::*member, KeyOf key_of) {
  std::map<decltype(key_of(rows.front())), std::vector<double>> groups;
  for (const Row& row : rows) {
    if (row.tier != "T3" && !std::isnan(row.*member)) groups[key_of(row)].push_back(row.*member);
  }
  double highest = unknown;
  for (const auto& [key, values] : groups) highest = std::fmax(highest, mean(values));
  return highest;
}

// Of any attack the highest 1 - mean error / mean error by chance: row by row, the ratio would weigh what is easy to guess most.
double highest_skill(const std::vector<LabelRow>& rows) {
  std::map<std::tuple<std::string, std::string, std::int64_t>, std::pair<double, double>> errors;
  for (const LabelRow& row : rows) {
    if (row.tier == "T3") continue;
    auto& [own, by_chance] = errors[{row.attack, row.observer, row.round}];
    own += 1.0 - row.count_accuracy;
    by_chance += 1.0 - row.count_chance;
  }
  double highest = unknown;
  for (const auto& [key, sums] : errors) {
    if (sums.second > 0.0) highest = std::fmax(highest, 1.0 - sums.first / sums.second);
  }
  return highest;
}

// What is needed of /egress, whose other columns came later in older files.
struct Spent {
  std::string chain;
  double epsilon = 0;
  static constexpr auto columns =
      std::make_tuple(Column{"chain", "", &Spent::chain}, Column{"epsilon", "1", &Spent::epsilon});
};

}  // namespace

Between median_between(std::vector<double> values, double risk) {
  std::erase_if(values, [](double value) { return std::isnan(value); });
  if (values.empty()) return {};
  std::ranges::sort(values);
  const std::int64_t out = left_out(values.size(), risk);
  if (out < 0) return {middle(values), unknown, unknown};
  const auto place = static_cast<std::size_t>(out);
  return {middle(values), values[place], values[values.size() - 1 - place]};
}

Between share_between(std::int64_t successes, std::int64_t trials, double risk) {
  if (trials == 0) return {};
  const auto n = static_cast<double>(trials), k = static_cast<double>(successes);
  return {k / n, Binomial::find_lower_bound_on_p(n, k, risk / 2), Binomial::find_upper_bound_on_p(n, k, risk / 2)};
}

std::vector<StrongestAttack> strongest_attacks(const std::vector<InversionRow>& rows) {
  std::map<LeakageView, ByAttack> views;
  for (const InversionRow& row : rows) views[{row.policy, row.observer, row.tier, row.round}][row.attack].push_back(row);
  std::vector<StrongestAttack> found;
  for (const auto& [view, attacks] : views) found.push_back(strongest_of(view, attacks));
  return found;
}

const StrongestAttack* worst_view(const std::vector<StrongestAttack>& found) {
  const StrongestAttack* worst = nullptr;
  const auto rank = [](const StrongestAttack& one) { return std::pair(one.view.tier != "T3", one.gain_db.value); };
  for (const StrongestAttack& one : found) {
    if (worst == nullptr || rank(one) > rank(*worst)) worst = &one;
  }
  return worst;
}

void put_leakage(const ResultData& data, StudyFigures& figures) {
  const auto found = strongest_attacks(of_chain<InversionRow>(data, "/leakage/inversion", figures.chain));
  if (const StrongestAttack* worst = worst_view(found)) {
    figures.leak_psnr_db = worst->reported_db();
    figures.leak_gain_db = worst->gain_db.value;
    figures.leak_recovered_rate = worst->recovered.value;
  }
  figures.leak_label_skill = highest_skill(of_chain<LabelRow>(data, "/leakage/labels", figures.chain));
  const auto key_of = [](const MembershipRow& row) { return std::tuple(row.attack, row.observer, row.target, row.round); };
  const auto membership = of_chain<MembershipRow>(data, "/leakage/membership", figures.chain);
  figures.leak_membership_auc = highest_mean(membership, &MembershipRow::auc, key_of);
  figures.leak_membership_tpr = highest_mean(membership, &MembershipRow::tpr_at_1e_2, key_of);
  for (const Spent& row : of_chain<Spent>(data, "/egress", figures.chain))
    figures.epsilon = std::fmax(figures.epsilon, row.epsilon);
}

}  // namespace polyclinic
