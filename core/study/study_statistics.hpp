// All statistics of a study, computed once, to be looked up by what they are of.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "core/study/statistics.hpp"

namespace polyclinic {

class StudyStatistics {
 public:
  explicit StudyStatistics(const StudyResult& result);

  // In the order of statistics.hpp.
  [[nodiscard]] const std::vector<StatisticRow>& values() const { return values_; }
  [[nodiscard]] const std::vector<ComparisonRow>& comparisons() const { return comparisons_; }
  [[nodiscard]] const std::vector<TargetRow>& targets() const { return targets_; }

  // Where there is none: a count of 0.
  [[nodiscard]] Estimate value(const std::string& point, const std::string& chain, const std::string& series,
                               const std::string& metric) const;
  [[nodiscard]] std::optional<PairedDifference> difference(const std::string& point, const std::string& chain,
                                                           Comparison kind, const std::string& against,
                                                           const std::string& metric) const;
  [[nodiscard]] std::optional<TimeToTarget> target(const std::string& point, const std::string& chain,
                                                   const std::string& series, const std::string& measure) const;

 private:
  using Key = std::tuple<std::string, std::string, std::string, std::string>;
  std::vector<StatisticRow> values_;
  std::vector<ComparisonRow> comparisons_;
  std::vector<TargetRow> targets_;
  std::map<Key, Estimate> value_of_;
  std::map<std::pair<Comparison, Key>, PairedDifference> difference_of_;
  std::map<Key, TimeToTarget> target_of_;
};

}  // namespace polyclinic
