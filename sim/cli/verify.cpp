#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "core/base/error.hpp"
#include "core/collaboration/replay.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/help.hpp"
#include "sim/cli/result_file.hpp"

namespace polyclinic {
namespace {

void print_ledger(const std::string& chain, const LedgerReport& report) {
  fmt::print("chain {}: {} blocks, {} transactions, {} payloads, {} rounds closed, {} updates refused: {}\n", chain,
             report.blocks, report.transactions, report.payloads, report.rounds_closed, report.rejected_updates,
             report.problems.empty() ? "verified" : "DOES NOT VERIFY");
  for (const LedgerProblem& problem : report.problems) {
    fmt::print("  block {}: {}: {}\n", problem.height, rejection_name(problem.verdict.reason), problem.verdict.detail);
  }
}

void print_models(const std::string& chain, const ModelReport& report) {
  if (report.models > 0) {
    fmt::print("chain {}: {} models computed again, {} updates name the one that they were trained from{}: {}\n", chain,
               report.models, report.bases, report.final_agrees ? ", the final model is the recorded one" : "",
               report.problems.empty() ? "verified" : "DOES NOT VERIFY");
  }
  for (const std::string& problem : report.problems) fmt::print("  problem: {}\n", problem);
  for (const std::string& open : report.open) fmt::print("  not computed again: {}\n", open);
}

// Whether all of the chain that can be checked agrees. Bytes that are no ledger, or a scenario that is none, are a problem of
// the file and not of its reader.
bool verify_chain(const ResultData& data, const std::string& chain, Pool& pool) {
  try {
    const Replay replay = replay_chain(data, chain, pool);
    print_ledger(chain, replay.ledger);
    print_models(chain, replay.models);
    return replay.agrees();
  } catch (const Error& error) {
    fmt::print("chain {}: DOES NOT VERIFY\n  problem: {}\n", chain, error.what());
    return false;
  }
}

int verify_command(const std::filesystem::path& file) {
  const ResultData data = completed_result(file);
  const std::vector<std::string> chains = recorded_chains(data);
  require(!chains.empty(), "{} holds no ledger: set record.ledger to \"headers\" or \"full\", and let the run complete",
          file.string());
  const std::vector<std::string> problems = check_fingerprints(data);
  for (const std::string& problem : problems) fmt::print("{}\n", problem);
  bool verified = problems.empty();
  Pool pool(1);
  for (const std::string& chain : chains) verified = verify_chain(data, chain, pool) && verified;
  return verified ? 0 : 1;
}

}  // namespace

void add_verify(CLI::App& app, int& status) {
  CLI::App* verify = app.add_subcommand("verify",
                                        "check the ledgers in a result file again, from their bytes alone\n"
                                        "Links, signatures, Merkle roots, turns, payload hashes and rounds of every "
                                        "chain; with record.ledger = \"full\" every model, too. Exit status 1 where "
                                        "something does not verify.");
  const auto file = std::make_shared<std::filesystem::path>();
  verify->add_option("file", *file, "result file")->required()->type_name("FILE.h5");
  add_examples(*verify,
               {{"check what a run recorded", "polyclinic verify results/quickstart.h5"},
                {"record enough to compute the models again",
                 "polyclinic run quickstart.toml --set record.ledger=full && polyclinic verify results/quickstart.h5"}});
  verify->callback([file, &status] { status = verify_command(*file); });
}

}  // namespace polyclinic
