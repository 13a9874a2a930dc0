#include "sim/cli/store_options.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <cstdio>

namespace polyclinic {
namespace {

std::filesystem::path beside(const std::filesystem::path& result) { return result.string() + ".store"; }

void tell(const std::string& message) { fmt::print(stderr, "polyclinic: store: {}\n", message); }

}  // namespace

void add_store_options(CLI::App& command, StoreOptions& options) {
  command
      .add_option("--store", options.folder,
                  "folder that keeps the results of jobs, for other runs too; none: nowhere (default: beside the result, "
                  "until the run is complete)")
      ->type_name("DIR|none");
  command.add_option("--store-limit", options.limit_bytes, "bytes that the store may take, such as 500MB (default: 10GB)")
      ->transform(CLI::AsSizeValue(true))
      ->type_name("BYTES");
}

std::unique_ptr<ResultStore> open_store(const StoreOptions& options, const std::filesystem::path& result) {
  if (options.folder == "none") return nullptr;
  if (!options.folder.empty()) return open_result_store(options.folder, options.limit_bytes, tell);
  const std::filesystem::path folder = result.has_parent_path() ? result.parent_path() : ".";
  if (!std::filesystem::is_directory(folder)) return nullptr;  // nor can the result be written, which is said soon
  return open_result_store(beside(result), options.limit_bytes, tell);
}

void remove_store_beside(const StoreOptions& options, const std::filesystem::path& result) {
  if (options.folder.empty()) remove_result_store(beside(result));
}

}  // namespace polyclinic
