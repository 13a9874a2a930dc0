#include "sim/cli/store_options.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <cstdio>

namespace polyclinic {
namespace {

// A page; and what cannot be a size, such as a negative number, which a reader of unsigned ones takes for a very large one.
constexpr double least_limit_bytes = 4096.0;
constexpr double most_limit_bytes = 1e18;

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
      ->check(CLI::Range(least_limit_bytes, most_limit_bytes).description(""))
      ->type_name("BYTES");
}

std::unique_ptr<ResultStore> open_store(const StoreOptions& options) {
  if (options.folder.empty() || options.folder == "none") return nullptr;
  return open_result_store(options.folder, options.limit_bytes, tell);
}

}  // namespace polyclinic
