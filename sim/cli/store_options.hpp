// Where `polyclinic run` and the runs of a sweep keep the results of their jobs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "core/store/result_store.hpp"

namespace CLI {
class App;
}

namespace polyclinic {

struct StoreOptions {
  std::filesystem::path folder;  // empty: not given; "none": nowhere
  std::uint64_t limit_bytes = default_store_limit_bytes;
};

// The options above on a command line; `options` must outlive the parsing. `otherwise`: what happens where none is given, in
// the help's words.
void add_store_options(CLI::App& command, StoreOptions& options, const char* otherwise);

// Null: none, or not given. Throws UsageError where the folder holds something else.
[[nodiscard]] std::unique_ptr<ResultStore> open_store(const StoreOptions& options);

}  // namespace polyclinic
