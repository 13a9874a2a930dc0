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

bool gained(const PersonalRow& row) {
  if (std::isnan(row.personal_auc) || std::isnan(row.collaborative_auc))
    return row.personal_accuracy > row.collaborative_accuracy;
  return row.personal_auc > row.collaborative_auc;
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
  figures.gained = std::ranges::count_if(rows, gained);
  figures.hurt = std::ranges::count(rows, 1, &PersonalRow::hurt);
  return figures;
}

}  // namespace

std::vector<MethodFigures> method_figures(const ResultData& data, const std::string& chain) {
  constexpr std::string_view folder = "/personalization/";
  std::vector<MethodFigures> figures;
  for (const auto& [path, table] : data.tables) {
    if (!path.starts_with(folder)) continue;
    std::vector<PersonalRow> of_chain = rows<PersonalRow>(data, path);
    std::erase_if(of_chain, [&](const PersonalRow& row) { return row.chain != chain; });
    if (!of_chain.empty()) figures.push_back(figures_of(path.substr(folder.size()), of_chain));
  }
  return figures;
}

}  // namespace polyclinic
