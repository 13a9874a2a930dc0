// From a scenario's [chain.data] to a Collection.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/named_kind.hpp"
#include "core/base/seed.hpp"
#include "core/data/dataset.hpp"
#include "core/scenario/scenario.hpp"

namespace polyclinic {

// Where data may lie, searched in order: the scenario's own folder, `--data DIR`, POLYCLINIC_DATA, datasets/.
struct DataPaths {
  std::vector<std::filesystem::path> folders;
};

// The names that DataConfig::dataset may take: the known sets of datasets/index.toml, then the generic kinds.
[[nodiscard]] std::vector<std::string> dataset_names();
// The same with a line on each: what it shows, task, rows, licence.
[[nodiscard]] std::vector<NamedKind> dataset_kinds();

struct DataSeeds {
  Seed own;     // of what is random about this use of the data: generated images, thinning, permuted labels, noise
  Seed common;  // of the order of a data set's rows, which all of a scenario's uses have in common: see DataConfig::from
};

// Loads or generates; throws Error naming the file and what is wrong with it (missing: where it was looked for; a known
// file with another MD5: both sums; truncated archive; wrong dtype or shape; label out of range; empty class folder), and
// UsageError on a scenario's value. In this order: of the training and validation rows the share from .. to is taken, with
// max_train_rows these together are thinned to that number, each class keeping its share, labels are permuted, and the
// acquisition is applied (core/data/adaptation.hpp).
[[nodiscard]] Collection load_collection(const DataConfig& config, const DataPaths& paths, const DataSeeds& seeds);

// Public images: the training rows of config.data. The collection has neither validation nor test rows.
[[nodiscard]] Collection load_reference(const ReferenceConfig& config, const DataPaths& paths, const DataSeeds& seeds);

}  // namespace polyclinic
