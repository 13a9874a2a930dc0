// Checks a chain again from what a result file holds of it, with nothing else trusted.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/ledger/block.hpp"
#include "core/ledger/contract.hpp"

namespace polyclinic {

// A finalized chain written out. `payloads` only where the scenario asked for the full ledger.
struct LedgerExport {
  ChainRules rules;
  RoundRules rounds;
  std::vector<Bytes> headers;                  // encoded, by height, genesis first
  std::vector<std::vector<Bytes>> transactions;  // encoded, per block
  std::map<Digest, Bytes> payloads;
};

struct LedgerProblem {
  std::uint64_t height = 0;
  Verdict verdict;
};

struct LedgerReport {
  std::uint64_t blocks = 0;
  std::uint64_t transactions = 0;
  std::uint64_t payloads = 0;                  // whose hash was checked
  std::int64_t rounds_closed = 0;
  std::vector<LedgerProblem> problems;         // empty: the chain verifies
};

[[nodiscard]] LedgerReport verify_ledger(const LedgerExport& exported);
// One byte string for the result file and back; decode throws Error on malformed bytes.
[[nodiscard]] Bytes encode(const LedgerExport& exported);
[[nodiscard]] LedgerExport decode_ledger(ByteView bytes);

}  // namespace polyclinic
