#include <fmt/format.h>

#include "core/base/error.hpp"
#include "core/ledger/verification.hpp"
#include "core/record/reader.hpp"
#include "core/record/summary.hpp"
#include "sim/cli/commands.hpp"

namespace polyclinic {
namespace {

// "/chains/NAME/ledger" -> NAME; empty for any other path.
std::string chain_of_ledger(const std::string& path) {
  const std::string before = "/chains/", after = "/ledger";
  if (!path.starts_with(before) || !path.ends_with(after)) return {};
  return path.substr(before.size(), path.size() - before.size() - after.size());
}

// Prints the report; whether the ledger verifies.
bool print_report(const std::string& chain, const LedgerReport& report) {
  fmt::print("chain {}: {} blocks, {} transactions, {} payloads, {} rounds closed: {}\n", chain, report.blocks,
             report.transactions, report.payloads, report.rounds_closed,
             report.problems.empty() ? "verified" : "DOES NOT VERIFY");
  for (const LedgerProblem& problem : report.problems) {
    fmt::print("  block {}: {}: {}\n", problem.height, rejection_name(problem.verdict.reason), problem.verdict.detail);
  }
  return report.problems.empty();
}

// What is known of the run; the file of a killed one is brought up to date from its journal, where that can be written.
ResultData completed_result(const std::filesystem::path& file) {
  ResultData data = read_result(file);
  try {
    if (complete_file(file)) fmt::print("{}: completed from its journal\n", file.string());
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
  }
  return data;
}

}  // namespace

int show_command(const std::vector<std::filesystem::path>& files) {
  std::vector<NamedResult> results;
  for (const std::filesystem::path& file : files) results.push_back({file.string(), completed_result(file)});
  if (results.size() == 1) {
    fmt::print("{}", summarize(results.front().data));
    return 0;
  }
  fmt::print("{}", compare(results));
  return 0;
}

int verify_command(const std::filesystem::path& file) {
  const ResultData data = completed_result(file);
  bool verified = true;
  std::size_t ledgers = 0;
  for (const auto& [path, array] : data.arrays) {
    const std::string chain = chain_of_ledger(path);
    if (chain.empty()) continue;
    ++ledgers;
    verified = print_report(chain, verify_ledger(decode_ledger(array.values))) && verified;
  }
  require(ledgers > 0, "{} holds no ledger: set record.ledger to \"headers\" or \"full\", and let the run complete",
          file.string());
  return verified ? 0 : 1;
}

}  // namespace polyclinic
