// The data sets that are known by name: what datasets/index.toml says of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/data/dataset.hpp"

namespace polyclinic {

struct KnownFile {
  std::string name;                // as published, without folder
  std::vector<std::string> md5;    // of every official release, lower-case hexadecimal; empty: not checked
};

struct KnownSet {
  std::string name;                // what a scenario says
  std::string format;              // medmnist, idx or heart
  std::string title;
  Task task;
  std::int64_t channels = 1;       // heart: features
  std::vector<std::int64_t> rows;  // train, validation, test; heart: complete rows of each hospital
  std::string licence;
  std::string citation;
  std::string url;
  std::string folder;              // sub-folder of a data directory
  std::vector<KnownFile> files;
};

// All of them, in the index's order. The index is part of the program.
[[nodiscard]] std::vector<KnownSet> known_sets();
[[nodiscard]] std::optional<KnownSet> find_known_set(std::string_view name);
// The entry of `set` for a file called `name`, if there is one.
[[nodiscard]] std::optional<KnownFile> find_known_file(const KnownSet& set, std::string_view name);

// "binary", "multi_class", "multi_label", "ordinal"; throws Error on any other.
[[nodiscard]] TaskKind parse_task_kind(std::string_view name);
[[nodiscard]] std::string_view task_kind_name(TaskKind kind);

}  // namespace polyclinic
