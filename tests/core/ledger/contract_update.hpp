// What the contract's tests put on the chain.
#pragma once

#include <cstdint>

#include "core/ledger/transaction.hpp"

namespace polyclinic {

// An unsigned update of chain 0, as the contract sees it once the ledger has checked it.
inline Transaction from(std::int32_t author, std::uint32_t round) {
  Transaction update;
  update.chain = ChainId{0};
  update.author = InstitutionId{author};
  update.round = round;
  update.payload_bytes = 100;
  update.payload.bytes[0] = static_cast<std::uint8_t>(author);
  return update;
}

}  // namespace polyclinic
