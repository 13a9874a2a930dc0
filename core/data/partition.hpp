// Which institution holds which rows.
#pragma once

#include <string>
#include <vector>

#include "core/base/seed.hpp"
#include "core/data/dataset.hpp"
#include "core/scenario/scenario.hpp"

namespace polyclinic {

// What one institution holds for one chain. The three are disjoint; with an acquisition shift they are data sets of its own.
struct InstitutionData {
  Rows train;
  Rows validation;
  Rows test;
};

// Shares the training and validation rows of `collection` out to the institutions called `names` (the test rows serve the
// global figures alone), cuts each share into train, validation and test (stratified by class), applies the acquisition
// shift, and thins the training rows of scarce institutions. Every row goes to at most one institution. Throws Error with
// the numbers when there are too few rows, and for `site` when the data has no sites or not one for each institution.
[[nodiscard]] std::vector<InstitutionData> partition(const Collection& collection, const PartitionConfig& config,
                                                     const std::vector<std::string>& names, Seed seed);

// The rows on which global figures are measured: the official test set; where there is none, all institutions' test rows.
[[nodiscard]] Rows global_test_rows(const Collection& collection, const std::vector<InstitutionData>& shares);

}  // namespace polyclinic
