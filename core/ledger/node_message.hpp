// What travels between the nodes of a chain, whatever their consensus.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "core/ledger/block.hpp"
#include "core/ledger/consensus_message.hpp"
#include "core/sharing/update.hpp"

namespace polyclinic {

// A transaction on its way into the chain, with its payload where payloads are stored on-chain (null otherwise). A
// transaction that carries a part of a payload travels with that part's bytes.
struct Submission {
  Transaction transaction;
  SharedUpdatePointer payload;
};
struct BlockMessage {                  // whole
  BlockPointer block;
};
// Header and a short id for each transaction (6 bytes, BIP 152): the receiver puts the block together from the transactions
// that it knows, and asks for the others.
struct CompactBlock {
  BlockPointer block;
};
struct Inventory {                     // "I have these"
  std::vector<Digest> blocks;
  std::vector<Digest> transactions;
};
struct Request {                       // "send me these"
  std::vector<Digest> blocks;
  std::vector<Digest> transactions;
};
struct CatchUpRequest {                // "send me what follows the last block of yours and mine"
  std::vector<Digest> known;           // of the asker's chain, newest first, ever sparser: a block locator
};
struct CatchUpAnswer {
  std::vector<BlockPointer> blocks;    // oldest first
  ConsensusMessagePointer proof;       // that the last one is final; null where blocks speak for themselves
  bool complete = true;                // false: there are more, ask again
};

using NodeMessage = std::variant<ConsensusMessagePointer, Submission, BlockMessage, CompactBlock, Inventory, Request,
                                 CatchUpRequest, CatchUpAnswer>;

}  // namespace polyclinic
