#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>

#include "core/record/block_statistics.hpp"
#include "core/record/method_figures.hpp"
#include "core/study/study_figures.hpp"

namespace polyclinic {

namespace {

using P = PersonalFigures;

constexpr std::array columns = {
    PersonalColumn{"institutions", "1", &P::institutions},
    PersonalColumn{"local_accuracy", "1", &P::local_accuracy},
    PersonalColumn{"local_auc", "1", &P::local_auc},
    PersonalColumn{"local_loss", "1", &P::local_loss},
    PersonalColumn{"collaborative_accuracy", "1", &P::collaborative_accuracy},
    PersonalColumn{"collaborative_auc", "1", &P::collaborative_auc},
    PersonalColumn{"collaborative_loss", "1", &P::collaborative_loss},
    PersonalColumn{"personal_accuracy", "1", &P::personal_accuracy},
    PersonalColumn{"personal_auc", "1", &P::personal_auc},
    PersonalColumn{"personal_loss", "1", &P::personal_loss},
    PersonalColumn{"gain_accuracy", "1", &P::gain_accuracy},
    PersonalColumn{"gain_auc", "1", &P::gain_auc},
    PersonalColumn{"local_gain_accuracy", "1", &P::local_gain_accuracy},
    PersonalColumn{"local_gain_auc", "1", &P::local_gain_auc},
    PersonalColumn{"share_gained", "1", &P::share_gained},
    PersonalColumn{"share_hurt", "1", &P::share_hurt},
    PersonalColumn{"worst_gain_accuracy", "1", &P::worst_gain_accuracy},
    PersonalColumn{"p10_gain_accuracy", "1", &P::p10_gain_accuracy},
    PersonalColumn{"worst_accuracy", "1", &P::worst_accuracy},
    PersonalColumn{"p10_accuracy", "1", &P::p10_accuracy},
    PersonalColumn{"worst_gain_auc", "1", &P::worst_gain_auc},
    PersonalColumn{"p10_gain_auc", "1", &P::p10_gain_auc},
    PersonalColumn{"worst_auc", "1", &P::worst_auc},
    PersonalColumn{"p10_auc", "1", &P::p10_auc},
};

using Rows = std::vector<PersonalRow>;

// Of those institutions that have it.
template <class ValueOf>
std::vector<double> known_values(const Rows& rows, ValueOf value_of) {
  std::vector<double> values;
  for (const PersonalRow& row : rows) {
    const double value = value_of(row);
    if (!std::isnan(value)) values.push_back(value);
  }
  return values;
}

double mean(const std::vector<double>& values) {
  if (values.empty()) return unknown;
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

struct Score {  // one measure of the three models
  double PersonalRow::*local;
  double PersonalRow::*collaborative;
  double PersonalRow::*personal;
};
constexpr Score accuracy{&PersonalRow::local_accuracy, &PersonalRow::collaborative_accuracy,
                         &PersonalRow::personal_accuracy};
constexpr Score auc{&PersonalRow::local_auc, &PersonalRow::collaborative_auc, &PersonalRow::personal_auc};
constexpr Score loss{&PersonalRow::local_loss, &PersonalRow::collaborative_loss, &PersonalRow::personal_loss};

double gain_of(const PersonalRow& row, const Score& score) { return row.*score.personal - row.*score.collaborative; }

struct Placed {  // where the figures of a measure go
  double P::*local;
  double P::*collaborative;
  double P::*personal;
};

void put_means(const Rows& rows, const Score& score, const Placed& to, P& figures) {
  const auto mean_of = [&](double PersonalRow::*member) {
    return mean(known_values(rows, [member](const PersonalRow& row) { return row.*member; }));
  };
  figures.*to.local = mean_of(score.local);
  figures.*to.collaborative = mean_of(score.collaborative);
  figures.*to.personal = mean_of(score.personal);
}

struct PlacedGains {
  double P::*gain;
  double P::*local_gain;
  double P::*worst_gain;
  double P::*p10_gain;
  double P::*worst;
  double P::*p10;
};

void put_gains(const Rows& rows, const Score& score, const PlacedGains& to, P& figures) {
  constexpr double tenth = 0.1;
  const auto gains = known_values(rows, [&](const PersonalRow& row) { return gain_of(row, score); });
  const auto scores = known_values(rows, [&](const PersonalRow& row) { return row.*score.personal; });
  figures.*to.gain = mean(gains);
  figures.*to.local_gain =
      mean(known_values(rows, [&](const PersonalRow& row) { return row.*score.personal - row.*score.local; }));
  if (!gains.empty()) figures.*to.worst_gain = std::ranges::min(gains), figures.*to.p10_gain = nearest_rank(gains, tenth);
  if (!scores.empty()) figures.*to.worst = std::ranges::min(scores), figures.*to.p10 = nearest_rank(scores, tenth);
}

void put_shares(const Rows& rows, P& figures) {
  const auto gains = known_values(rows, personal_gain);
  if (gains.empty()) return;
  const auto share = [&](auto holds) {
    return static_cast<double>(std::ranges::count_if(gains, holds)) / static_cast<double>(gains.size());
  };
  figures.share_gained = share([](double gain) { return gain > 0; });
  figures.share_hurt = share([](double gain) { return gain < 0; });
}

P figures_of(const Rows& rows, std::size_t run, const std::string& method) {
  P figures{.run = run, .chain = rows.front().chain, .method = method};
  figures.institutions = static_cast<double>(rows.size());
  put_means(rows, accuracy, {&P::local_accuracy, &P::collaborative_accuracy, &P::personal_accuracy}, figures);
  put_means(rows, auc, {&P::local_auc, &P::collaborative_auc, &P::personal_auc}, figures);
  put_means(rows, loss, {&P::local_loss, &P::collaborative_loss, &P::personal_loss}, figures);
  put_gains(rows, accuracy,
            {&P::gain_accuracy, &P::local_gain_accuracy, &P::worst_gain_accuracy, &P::p10_gain_accuracy, &P::worst_accuracy,
             &P::p10_accuracy},
            figures);
  put_gains(rows, auc, {&P::gain_auc, &P::local_gain_auc, &P::worst_gain_auc, &P::p10_gain_auc, &P::worst_auc, &P::p10_auc},
            figures);
  put_shares(rows, figures);
  return figures;
}

}  // namespace

std::span<const PersonalColumn> personal_columns() { return columns; }

std::vector<PersonalFigures> personal_figures(const ResultData& data, std::size_t run) {
  std::vector<PersonalFigures> figures;
  for (const auto& [method, of_method] : personal_rows(data)) {
    std::map<std::string, Rows> by_chain;
    for (const PersonalRow& row : of_method) by_chain[row.chain].push_back(row);
    for (const auto& [chain, of_chain] : by_chain) figures.push_back(figures_of(of_chain, run, method));
  }
  return figures;
}

}  // namespace polyclinic
