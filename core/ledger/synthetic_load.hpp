// What fills the blocks of a chain without learning: one transaction of nobody's in each, whose size is drawn from the seed.
// Such bytes have no content; they travel, take room and cost hashing like any payload.
#pragma once

#include <cstdint>

#include "core/base/seed.hpp"
#include "core/ledger/rejection.hpp"
#include "core/ledger/transaction.hpp"

namespace polyclinic {

class Block;

enum class LoadSizes : std::uint8_t {
  fixed,                              // all alike
  bitcoin,                            // as Bitcoin's blocks were when Gervais et al. measured them (CCS 2016), scaled
};

struct SyntheticLoad {
  double block_bytes = 1000.0;        // of payload, on average over the blocks
  LoadSizes sizes = LoadSizes::fixed;
  Seed seed{0};
};

// Payload of the block at `height`, whoever proposes it: what waits to be sealed does not depend on who seals it.
[[nodiscard]] std::uint64_t payload_bytes(const SyntheticLoad& load, std::uint64_t height);
// No block's payload is larger.
[[nodiscard]] std::uint64_t largest_payload_bytes(const SyntheticLoad& load);

// The only transaction of the block at `height` of a load chain: unsigned, without an author or a payload's digest.
[[nodiscard]] Transaction synthetic_transaction(const SyntheticLoad& load, ChainId chain, std::uint64_t height);
// Accepts a block with exactly that transaction; tampered_payload otherwise.
[[nodiscard]] Verdict check_load(const Block& block, const SyntheticLoad& load);

}  // namespace polyclinic
