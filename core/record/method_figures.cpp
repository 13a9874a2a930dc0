#include "core/record/method_figures.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string_view>

namespace polyclinic {
namespace {

using Figure = double PersonalRow::*;

void put(const std::vector<PersonalRow>& rows, Figure figure, double Scores::*place, Spread& spread) {
  std::vector<double> values;
  for (const PersonalRow& row : rows) {
    if (!std::isnan(row.*figure)) values.push_back(row.*figure);
  }
  if (values.empty()) return;
  spread.institutions = std::max(spread.institutions, static_cast<std::int64_t>(values.size()));
  spread.mean.*place = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  spread.worst.*place = place == &Scores::loss ? std::ranges::max(values) : std::ranges::min(values);
}

Spread spread_of(const std::vector<PersonalRow>& rows, Figure accuracy, Figure auc, Figure loss) {
  Spread spread;
  put(rows, accuracy, &Scores::accuracy, spread);
  put(rows, auc, &Scores::auc, spread);
  put(rows, loss, &Scores::loss, spread);
  return spread;
}

MethodFigures figures_of(std::string method, const std::vector<PersonalRow>& rows) {
  MethodFigures figures;
  figures.method = std::move(method);
  figures.institutions = static_cast<std::int64_t>(rows.size());
  figures.local = spread_of(rows, &PersonalRow::local_accuracy, &PersonalRow::local_auc, &PersonalRow::local_loss);
  figures.collaborative = spread_of(rows, &PersonalRow::collaborative_accuracy, &PersonalRow::collaborative_auc,
                                    &PersonalRow::collaborative_loss);
  figures.personal =
      spread_of(rows, &PersonalRow::personal_accuracy, &PersonalRow::personal_auc, &PersonalRow::personal_loss);
  figures.gained = std::ranges::count_if(rows, [](const PersonalRow& row) { return personal_gain(row) > 0.0; });
  figures.hurt = std::ranges::count(rows, 1, &PersonalRow::hurt);
  return figures;
}

}  // namespace

double personal_gain(const PersonalRow& row) {
  const double gain = row.personal_auc - row.collaborative_auc;
  return std::isnan(gain) ? row.personal_accuracy - row.collaborative_accuracy : gain;
}

std::map<std::string, std::vector<PersonalRow>> personal_rows(const ResultData& data) {
  constexpr std::string_view folder = "/personalization/";
  std::map<std::string, std::vector<PersonalRow>> methods;
  for (const auto& [path, table] : data.tables) {
    if (path.starts_with(folder)) methods.emplace(path.substr(folder.size()), rows<PersonalRow>(data, path));
  }
  return methods;
}

std::vector<MethodFigures> method_figures(const ResultData& data, const std::string& chain) {
  std::vector<MethodFigures> figures;
  for (auto& [method, of_chain] : personal_rows(data)) {
    std::erase_if(of_chain, [&](const PersonalRow& row) { return row.chain != chain; });
    if (!of_chain.empty()) figures.push_back(figures_of(method, of_chain));
  }
  return figures;
}

}  // namespace polyclinic
