#include "core/study/study_statistics.hpp"

namespace polyclinic {

namespace {

template <class Map, class Key>
auto found_in(const Map& map, const Key& key) {
  const auto found = map.find(key);
  return found == map.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

StudyStatistics::StudyStatistics(const StudyResult& result)
    : values_(statistics(result)), comparisons_(polyclinic::comparisons(result)), targets_(polyclinic::targets(result)) {
  for (const StatisticRow& row : values_) value_of_[{row.point, row.chain, row.series, row.metric}] = row.value;
  for (const ComparisonRow& row : comparisons_) {
    difference_of_[{row.kind, {row.point, row.chain, row.against, row.metric}}] = row.paired;
  }
  for (const TargetRow& row : targets_) target_of_[{row.point, row.chain, row.series, row.measure}] = row.time;
}

Estimate StudyStatistics::value(const std::string& point, const std::string& chain, const std::string& series,
                                const std::string& metric) const {
  return found_in(value_of_, Key{point, chain, series, metric}).value_or(Estimate{});
}

std::optional<PairedDifference> StudyStatistics::difference(const std::string& point, const std::string& chain,
                                                            Comparison kind, const std::string& against,
                                                            const std::string& metric) const {
  return found_in(difference_of_, std::pair{kind, Key{point, chain, against, metric}});
}

std::optional<TimeToTarget> StudyStatistics::target(const std::string& point, const std::string& chain,
                                                    const std::string& series, const std::string& measure) const {
  return found_in(target_of_, Key{point, chain, series, measure});
}

}  // namespace polyclinic
