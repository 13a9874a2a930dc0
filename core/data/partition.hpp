// Which institution holds which rows.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/seed.hpp"
#include "core/data/dataset.hpp"
#include "core/data/scanner.hpp"
#include "core/scenario/scenario.hpp"

namespace polyclinic {

// What one institution holds for one chain. The three are disjoint; with an acquisition shift, or columns normalized by its own
// rows, they are of a data set of its own.
struct InstitutionData {
  Rows train;
  Rows validation;
  Rows test;
};

// Shares the training and validation rows of `collection` out to the institutions called `names` (the test rows serve the
// global figures alone), cuts each share into train, validation and test (stratified by class), applies the acquisition
// shift, and takes from scarce institutions, first, the training and validation rows of the classes in `absent` (of several
// labels: of any of these; their own test rows keep all classes), then all but `keep` of the training rows (which may leave
// fewer than min_rows: that is what they are for). With normalize = "own" a model sees each column of an institution's rows,
// test rows too, less the mean and over the deviation of its training rows. Every row goes to at most one institution; without
// that and an acquisition shift all are rows of one data set. Throws UsageError with the numbers when there are too few rows,
// when absent classes leave an institution nothing to train on, for `site` when the data has no sites or not one for each
// institution, on a value out of range or one that does not fit the data, and where a pattern of `scarce` matches nobody.
[[nodiscard]] std::vector<InstitutionData> partition(const Collection& collection, const PartitionConfig& config,
                                                     const std::vector<std::string>& names, Seed seed);

// How a share of `rows` is cut: round(rows * config.test) test rows, at least one unless config.test is 0, likewise
// validation, and the rest to train on.
struct SplitSizes {
  std::int64_t train = 0;
  std::int64_t validation = 0;
  std::int64_t test = 0;
};
[[nodiscard]] SplitSizes split_sizes(std::int64_t rows, const PartitionConfig& config);
// The smallest share that leaves config.min_rows to train on.
[[nodiscard]] std::int64_t smallest_share(const PartitionConfig& config);
// Training rows that a scarce institution keeps of `train`: round(keep * train) up to 1, else `keep` rows; at least one.
[[nodiscard]] std::int64_t kept_rows(std::int64_t train, double keep);

// The scanner that partition() gives to the institution at `place` in its list of names, for the same `seed`.
[[nodiscard]] Scanner institution_scanner(const PartitionConfig& config, std::size_t place, Seed seed);

// The rows on which global figures are measured: the official test set; where there is none, all institutions' test rows.
[[nodiscard]] Rows global_test_rows(const Collection& collection, const std::vector<InstitutionData>& shares);

}  // namespace polyclinic
