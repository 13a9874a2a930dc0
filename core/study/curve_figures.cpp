#include "core/study/curve_figures.hpp"

#include <cmath>
#include <map>
#include <tuple>

namespace polyclinic {

namespace {

double value_at(const std::vector<RoundRow>& rounds, std::int64_t round, double RoundRow::*metric) {
  for (const RoundRow& row : rounds) {
    if (row.round == round) return row.*metric;
  }
  return unknown;
}

double mean_of(const std::vector<AuxiliaryRow>& rows, double AuxiliaryRow::*member) {
  double sum = 0, count = 0;
  for (const AuxiliaryRow& row : rows) {
    if (std::isnan(row.*member)) continue;
    sum += row.*member;
    ++count;
  }
  return count == 0 ? unknown : sum / count;
}

using ObjectKey = std::tuple<std::string, std::int64_t, std::int64_t, std::string, std::string, double>;

ObjectKey key_of(const AuxiliaryRow& row) {
  return {row.source, row.source_round, row.source_height, row.content, row.relayer, row.arrived_s};
}

}  // namespace

double curve_area(const std::vector<RoundRow>& rounds, double RoundRow::*metric) {
  double area = 0, span = 0;
  const RoundRow* last = nullptr;
  for (const RoundRow& row : rounds) {
    if (std::isnan(row.*metric)) continue;
    if (last != nullptr) {
      const auto width = static_cast<double>(row.round - last->round);
      area += width * (row.*metric + last->*metric) / 2;
      span += width;
    }
    last = &row;
  }
  if (last == nullptr) return unknown;
  return span > 0 ? area / span : last->*metric;
}

void put_curve(const std::vector<RoundRow>& rounds, StudyFigures& figures) {
  figures.start_accuracy = value_at(rounds, 0, &RoundRow::test_accuracy);
  figures.start_auc = value_at(rounds, 0, &RoundRow::test_auc);
  figures.first_accuracy = value_at(rounds, 1, &RoundRow::test_accuracy);
  figures.first_auc = value_at(rounds, 1, &RoundRow::test_auc);
  figures.area_accuracy = curve_area(rounds, &RoundRow::test_accuracy);
  figures.area_auc = curve_area(rounds, &RoundRow::test_auc);
}

void put_auxiliary(const std::vector<AuxiliaryRow>& rows, StudyFigures& figures) {
  if (rows.empty()) return;
  figures.auxiliary_weight = mean_of(rows, &AuxiliaryRow::weight);
  figures.auxiliary_similarity = mean_of(rows, &AuxiliaryRow::similarity);
  figures.auxiliary_objects = figures.auxiliary_refused = 0;
  figures.auxiliary_header_bytes = figures.auxiliary_proof_bytes = figures.auxiliary_payload_bytes = 0;
  std::map<ObjectKey, const AuxiliaryRow*> objects;
  for (const AuxiliaryRow& row : rows) objects.emplace(key_of(row), &row);
  for (const auto& [key, row] : objects) {
    ++(std::isnan(row->weight) ? figures.auxiliary_refused : figures.auxiliary_objects);
    figures.auxiliary_header_bytes += static_cast<double>(row->header_bytes);
    figures.auxiliary_proof_bytes += static_cast<double>(row->proof_bytes);
    figures.auxiliary_payload_bytes += static_cast<double>(row->payload_bytes);
  }
}

}  // namespace polyclinic
