#include "sim/cli/store_options.hpp"

#include <CLI/CLI.hpp>

namespace polyclinic {

void add_store_options(CLI::App& command, StoreOptions& options) {
  command.add_option("--store", options.folder, "folder that keeps the results of jobs for other runs; none: keep nothing")
      ->type_name("DIR|none")
      ->group("Computation");
  command.add_option("--store-limit", options.limit_bytes, "bytes that the store may take, such as 500MB (default: 10GB)")
      ->transform(CLI::AsSizeValue(true))
      ->type_name("BYTES")
      ->group("Computation");
}

}  // namespace polyclinic
