// Follows a chain again from a result file alone: the ledger block by block, and where the file holds the payloads, every
// global model, with nothing taken on trust but the file's own scenario.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/compute/pool.hpp"
#include "core/ledger/verification.hpp"
#include "core/record/result_data.hpp"

namespace polyclinic {

// What was found of the models that the chain's updates make.
struct ModelReport {
  std::int64_t models = 0;             // computed again, the initial one included
  std::uint64_t bases = 0;             // updates that say rightly which model they were trained from
  bool final_agrees = false;           // the last model is the file's own, /models/NAME/global
  std::vector<std::string> problems;   // empty: all that could be computed again agrees
  std::vector<std::string> open;       // what could not, and why
};

struct Replay {
  LedgerReport ledger;
  ModelReport models;
  [[nodiscard]] bool agrees() const { return ledger.problems.empty() && models.problems.empty(); }
};

// The chains whose ledger the file holds, by name.
[[nodiscard]] std::vector<std::string> recorded_chains(const ResultData& data);

// Verifies the chain's ledger; compares its rules with those that the file's scenario makes; and, where the full ledger was
// recorded, aggregates its payloads round after round. Throws Error where the bytes are no ledger, or the scenario none.
[[nodiscard]] Replay replay_chain(const ResultData& data, const std::string& chain, Pool& pool);

// Problems with the file as a whole: contents that are not those its fingerprints were taken of. A run that did not complete
// has none.
[[nodiscard]] std::vector<std::string> check_fingerprints(const ResultData& data);

}  // namespace polyclinic
