// What a partition did, in a few numbers: for `polyclinic check` and the institutions' table.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/data/partition.hpp"

namespace polyclinic {

struct Spread {
  std::int64_t smallest = 0;
  std::int64_t median = 0;   // the lower one of an even number
  std::int64_t largest = 0;
  std::int64_t total = 0;
};

struct PartitionSummary {
  Spread train;
  Spread validation;
  Spread test;
  std::vector<std::int64_t> classes;  // training rows of each class, all institutions together
  // Mean over institutions of the total variation distance between their class shares and the pooled ones: 0 where all are
  // alike, towards 1 the further they are from one another (multi-label: of the shares among set labels).
  double label_skew = 0.0;
};

[[nodiscard]] PartitionSummary summarize(const std::vector<InstitutionData>& shares, const Task& task);

// The summary as lines of text, without indentation, ending in a newline.
[[nodiscard]] std::string describe(const PartitionSummary& summary, const Task& task);

}  // namespace polyclinic
