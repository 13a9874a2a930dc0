// What can be judged of a transaction or a block by itself, without a ledger.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "core/ledger/consensus_rules.hpp"
#include "core/ledger/rejection.hpp"
#include "core/ledger/signature_cache.hpp"
#include "core/ledger/synthetic_load.hpp"

namespace polyclinic {

// What everybody knows about a chain before its first block.
struct ChainRules {
  ChainId chain;
  std::vector<PublicKey> validators;            // by NodeId
  std::map<InstitutionId, PublicKey> members;
  std::map<InstitutionId, PublicKey> relayers;  // who may carry packets of other chains here, and nothing else unless a member
  std::uint64_t max_block_bytes = 64'000'000;   // of Block::bytes()
  bool payload_on_chain = true;
  std::uint64_t max_block_gas = 0;              // 0: no limit; see gas()
  ForkChoice fork_choice;
  std::optional<SyntheticLoad> load;            // what fills the blocks of a chain without learning
};

// Ethereum's intrinsic gas: of a transaction (yellow paper, appendix G) and of each byte of it (EIP-2028).
inline constexpr std::uint64_t transaction_gas = 21'000;
inline constexpr std::uint64_t gas_per_byte = 16;

// Bytes that the transaction adds to a block.
[[nodiscard]] std::uint64_t bytes_in_block(const Transaction& transaction, const ChainRules& rules);
// That it takes of a block's.
[[nodiscard]] std::uint64_t gas(const Transaction& transaction, const ChainRules& rules);

// wrong_chain, unknown_author (none of `authors`), wrong_transaction_signature (the key is another than the author's); the
// signature itself is not looked at. Synthetic load is of no known author.
[[nodiscard]] Verdict check_author(const Transaction& transaction, ChainId chain,
                                   const std::map<InstitutionId, PublicKey>& authors);

// What check_author() says, where relays are by relayers and all else by members, block_too_large or block_out_of_gas (it
// would not fit a block of its own), wrong_transaction_signature. `id` is transaction_id(transaction).
[[nodiscard]] Verdict check_transaction(const Transaction& transaction, const Digest& id, const ChainRules& rules,
                                        SignatureCache& signatures);

// wrong_chain, unknown_proposer, wrong_block_signature, wrong_totals, wrong_merkle_root, block_too_large, block_out_of_gas, what
// check_transaction says of each transaction, and replayed_transaction where one occurs twice. A load chain's block holds
// what check_load() asks for and nothing else.
[[nodiscard]] Verdict check_block(const Block& block, const ChainRules& rules, SignatureCache& signatures);

}  // namespace polyclinic
