#include "core/study/curve_figures.hpp"

#include <algorithm>
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

// Objects that nothing tells apart, such as the prototypes of several institutions, stand in a round as often as there are of them.
struct Alike {
  std::int64_t payload_bytes = 0;
  std::map<std::int64_t, std::int64_t> by_round = {};
  [[nodiscard]] std::int64_t count() const {
    std::int64_t most = 0;
    for (const auto& [round, count] : by_round) most = std::max(most, count);
    return most;
  }
};
using ObjectKey = std::tuple<std::string, std::int64_t, std::int64_t, std::string, std::string, double, std::int64_t>;

void put_objects(const std::vector<AuxiliaryRow>& rows, StudyFigures& figures) {
  std::map<ObjectKey, Alike> objects;
  for (const AuxiliaryRow& row : rows) {
    Alike& alike = objects[{row.source, row.source_round, row.source_height, row.content, row.relayer, row.arrived_s,
                            row.payload_bytes}];
    alike.payload_bytes = row.payload_bytes;
    ++alike.by_round[row.round];
  }
  figures.auxiliary_objects = figures.auxiliary_payload_bytes = 0;
  for (const auto& [key, alike] : objects) {
    figures.auxiliary_objects += static_cast<double>(alike.count());
    figures.auxiliary_payload_bytes += static_cast<double>(alike.count() * alike.payload_bytes);
  }
}

// A row has the headers and proofs of the whole packet that brought its object.
void put_packets(const std::vector<AuxiliaryRow>& rows, StudyFigures& figures) {
  std::map<std::tuple<std::string, std::string, double>, const AuxiliaryRow*> packets;
  for (const AuxiliaryRow& row : rows) packets.emplace(std::tuple(row.source, row.relayer, row.arrived_s), &row);
  figures.auxiliary_header_bytes = figures.auxiliary_proof_bytes = 0;
  for (const auto& [key, row] : packets) {
    figures.auxiliary_header_bytes += static_cast<double>(row->header_bytes);
    figures.auxiliary_proof_bytes += static_cast<double>(row->proof_bytes);
  }
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

void put_auxiliary(const std::vector<AuxiliaryRow>& rows, std::size_t refused, StudyFigures& figures) {
  if (rows.empty() && refused == 0) return;
  figures.auxiliary_weight = mean_of(rows, &AuxiliaryRow::weight);
  figures.auxiliary_similarity = mean_of(rows, &AuxiliaryRow::similarity);
  figures.auxiliary_refused = static_cast<double>(refused);
  put_objects(rows, figures);
  put_packets(rows, figures);
}

}  // namespace polyclinic
