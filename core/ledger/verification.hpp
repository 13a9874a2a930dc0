// Checks a chain again from what a result file holds of it, with nothing else trusted.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/ledger/block.hpp"
#include "core/ledger/contract.hpp"
#include "core/ledger/validity.hpp"

namespace polyclinic {

// A finalized chain written out. `payloads` and `initial_model` only where the scenario asked for the full ledger: payloads of
// the updates that counted, and others if at hand.
struct LedgerExport {
  ChainRules rules;
  RoundRules rounds;
  std::vector<Bytes> headers;                  // encoded, by height, genesis first
  std::vector<std::vector<Bytes>> transactions;  // encoded, per block
  std::map<Digest, Bytes> payloads;
  ConsensusRules consensus;
  Bytes initial_model;                         // opaque here, see core/learning/model_encoding.hpp; empty: not recorded
};

struct LedgerProblem {
  std::uint64_t height = 0;
  Verdict verdict;
};

struct LedgerReport {
  std::uint64_t blocks = 0;                    // that verify, genesis included
  std::uint64_t transactions = 0;              // in them
  std::uint64_t payloads = 0;                  // of updates and statements that counted, found
  std::int64_t rounds_closed = 0;
  std::uint64_t rejected_updates = 0;          // by the contract, as it was during the run
  std::vector<LedgerProblem> problems;         // empty: the chain verifies
};

// What the contract made of a block that verifies.
using OnBlock = std::function<void(const BlockPointer& block, const RoundContract::Step& step)>;

// Appends block after block to a fresh ledger and replays the contract over them. Problems bear the ledger's names:
// unknown_parent for a foreign genesis or a broken link, wrong_turn, tampered_payload for a payload that is missing,
// where others are there, although its update counted, or is not what its transaction says, and so on. The first block that does not verify is the last looked at: all
// others hang from it. Throws Error where there is no chain to judge: pieces of the wrong size, an unknown consensus.
[[nodiscard]] LedgerReport verify_ledger(const LedgerExport& exported, const OnBlock& on_block = {});
// One byte string for the result file and back; decode throws Error on malformed bytes.
[[nodiscard]] Bytes encode(const LedgerExport& exported);
[[nodiscard]] LedgerExport decode_ledger(ByteView bytes);

}  // namespace polyclinic
