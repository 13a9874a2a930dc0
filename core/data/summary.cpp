#include "core/data/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace polyclinic {
namespace {

Spread spread_of(std::vector<std::int64_t> sizes) {
  if (sizes.empty()) return {};
  std::sort(sizes.begin(), sizes.end());
  return {sizes.front(), sizes[(sizes.size() - 1) / 2], sizes.back(),
          std::accumulate(sizes.begin(), sizes.end(), std::int64_t{0})};
}

Spread spread_of(const std::vector<InstitutionData>& shares, Rows InstitutionData::*part) {
  std::vector<std::int64_t> sizes;
  for (const InstitutionData& share : shares) sizes.push_back((share.*part).size());
  return spread_of(sizes);
}

std::vector<double> proportions(const std::vector<std::int64_t>& counts) {
  const auto sum = static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::int64_t{0}));
  std::vector<double> result;
  for (const std::int64_t count : counts) result.push_back(sum > 0.0 ? static_cast<double>(count) / sum : 0.0);
  return result;
}

double total_variation(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += std::abs(a[i] - b[i]);
  return sum / 2.0;
}

std::string line(const char* name, const Spread& spread) {
  return fmt::format("{} rows: {} in all, {} to {} each, median {}\n", name, spread.total, spread.smallest, spread.largest,
                     spread.median);
}

}  // namespace

PartitionSummary summarize(const std::vector<InstitutionData>& shares, const Task& task) {
  PartitionSummary summary = {spread_of(shares, &InstitutionData::train), spread_of(shares, &InstitutionData::validation),
                              spread_of(shares, &InstitutionData::test),
                              std::vector<std::int64_t>(static_cast<std::size_t>(task.classes), 0), 0.0};
  std::vector<std::vector<std::int64_t>> histograms;
  for (const InstitutionData& share : shares) {
    histograms.push_back(class_histogram(share.train, task));
    for (std::size_t c = 0; c < summary.classes.size(); ++c) summary.classes[c] += histograms.back()[c];
  }
  const std::vector<double> common = proportions(summary.classes);
  for (const auto& histogram : histograms)
    summary.label_skew += total_variation(proportions(histogram), common) / static_cast<double>(shares.size());
  return summary;
}

std::string describe(const PartitionSummary& summary, const Task& task) {
  std::string text = line("training", summary.train) + line("validation", summary.validation) + line("test", summary.test);
  text += "training rows by class:";
  for (std::size_t c = 0; c < summary.classes.size(); ++c) {
    const std::string name = c < task.class_names.size() ? task.class_names[c] : fmt::format("class {}", c);
    text += fmt::format("{} {} {}", c == 0 ? "" : ",", name, summary.classes[c]);
  }
  return text + fmt::format("\nlabel skew between institutions (0 none, 1 complete): {:.2f}\n", summary.label_skew);
}

}  // namespace polyclinic
