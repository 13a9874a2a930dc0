// Where `polyclinic run` keeps the results of its jobs.
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
  std::filesystem::path folder;  // empty: beside the result, until the run is complete; "none": nowhere
  std::uint64_t limit_bytes = default_store_limit_bytes;
};

// The options above on a command line; `options` must outlive the parsing.
void add_store_options(CLI::App& command, StoreOptions& options);

// For a run that writes `result`; null: none. Throws UsageError where the folder holds something else.
[[nodiscard]] std::unique_ptr<ResultStore> open_store(const StoreOptions& options, const std::filesystem::path& result);
// Of a complete run: nobody asks the store beside it any more.
void remove_store_beside(const StoreOptions& options, const std::filesystem::path& result);

}  // namespace polyclinic
