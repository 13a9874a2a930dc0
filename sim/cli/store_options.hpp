// Where `polyclinic run` keeps the results of its jobs.
#pragma once

#include <cstdint>
#include <filesystem>

namespace CLI {
class App;
}

namespace polyclinic {

struct StoreOptions {
  std::filesystem::path folder;  // empty: beside the result, until the run is complete; "none": nowhere
  std::uint64_t limit_bytes = 10'000'000'000;
};

// The options above on a command line; `options` must outlive the parsing.
void add_store_options(CLI::App& command, StoreOptions& options);

}  // namespace polyclinic
