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

// Loads or generates; throws Error naming the file and what is wrong with it (missing: where it was looked for; a known
// file with another MD5: both sums; truncated archive; wrong dtype or shape; label out of range; empty class folder), and
// UsageError on a scenario's value. With max_train_rows, training and validation rows together are thinned to that
// number, each class keeping its share.
[[nodiscard]] Collection load_collection(const DataConfig& config, const DataPaths& paths, Seed seed);

}  // namespace polyclinic
