#include "sim/cli/store_options.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <cstdio>

namespace polyclinic {
namespace {

void tell(const std::string& message) { fmt::print(stderr, "polyclinic: store: {}\n", message); }

}  // namespace

void add_store_options(CLI::App& command, StoreOptions& options, const char* otherwise) {
  command
      .add_option(
          "--store", options.folder,
          fmt::format("folder that keeps the results of jobs, for --resume and for other runs (default: {})", otherwise))
      ->type_name("DIR|none");
  command.add_option("--store-limit", options.limit_bytes, "bytes that the store may take, such as 500MB (default: 10GB)")
      ->transform(CLI::AsSizeValue(true))
      ->type_name("BYTES");
}

std::unique_ptr<ResultStore> open_store(const StoreOptions& options) {
  if (options.folder.empty() || options.folder == "none") return nullptr;
  return open_result_store(options.folder, options.limit_bytes, tell);
}

}  // namespace polyclinic
