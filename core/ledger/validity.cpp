#include "core/ledger/validity.hpp"

#include <fmt/format.h>

#include <set>

#include "core/ledger/header_rules.hpp"
#include "core/ledger/merkle.hpp"

namespace polyclinic {
namespace {

Verdict check_seal(const Block& block, const ChainRules& rules, SignatureCache& signatures) {
  const Header& header = block.header();
  Verdict origin = check_origin(header, rules.chain, rules.validators.size());
  if (!origin.accepted()) return origin;
  if (!signatures.is_valid(block, rules.validators[static_cast<std::size_t>(header.proposer.value)])) {
    return {Rejection::wrong_block_signature, fmt::format("not signed by validator {}", header.proposer.value)};
  }
  return {};
}

Verdict check_gas(const Block& block, const ChainRules& rules) {
  if (rules.max_block_gas == 0) return {};
  std::uint64_t used = 0;
  for (const Transaction& transaction : block.transactions()) used += gas(transaction, rules);
  if (used <= rules.max_block_gas) return {};
  return {Rejection::block_out_of_gas, fmt::format("{} gas, at most {}", used, rules.max_block_gas)};
}

Verdict check_contents(const Block& block, const ChainRules& rules) {
  const Header& header = block.header();
  const std::uint64_t payload_bytes = payload_bytes_in_block(block.transactions(), rules.payload_on_chain);
  if (header.transactions != block.transactions().size() || header.payload_bytes != payload_bytes) {
    return {Rejection::wrong_totals,
            fmt::format("header says {} transactions and {} payload bytes, the block holds {} and {}",
                        header.transactions, header.payload_bytes, block.transactions().size(), payload_bytes)};
  }
  if (header.merkle_root != merkle_root(block.transaction_ids())) {
    return {Rejection::wrong_merkle_root, "the header's root is not that of the block's transactions"};
  }
  if (block.bytes() > rules.max_block_bytes) {
    return {Rejection::block_too_large, fmt::format("{} bytes, at most {}", block.bytes(), rules.max_block_bytes)};
  }
  return check_gas(block, rules);
}

Verdict check_transactions(const Block& block, const ChainRules& rules, SignatureCache& signatures) {
  std::set<Digest> seen;
  for (std::size_t i = 0; i < block.transactions().size(); ++i) {
    const Digest& id = block.transaction_ids()[i];
    Verdict verdict = check_transaction(block.transactions()[i], id, rules, signatures);
    if (!verdict.accepted()) return verdict;
    if (!seen.insert(id).second) {
      return {Rejection::replayed_transaction, fmt::format("transaction {} is twice in the block", id.short_hex())};
    }
  }
  return {};
}

// Compared by subtraction, so that an absurd size cannot wrap around.
Verdict check_size(const Transaction& transaction, const ChainRules& rules) {
  constexpr std::uint64_t overhead = header_bytes + transaction_bytes;
  const std::uint64_t payload = is_stored(transaction, rules.payload_on_chain) ? transaction.payload_bytes : 0;
  if (overhead <= rules.max_block_bytes && payload <= rules.max_block_bytes - overhead) return {};
  return {Rejection::block_too_large,
          fmt::format("a block with its payload of {} bytes alone needs {} bytes more, max_block_bytes is {}", payload,
                      overhead, rules.max_block_bytes)};
}

Verdict check_gas(const Transaction& transaction, const ChainRules& rules) {
  if (rules.max_block_gas == 0 || gas(transaction, rules) <= rules.max_block_gas) return {};
  return {Rejection::block_out_of_gas, fmt::format("alone it needs {} gas, max_block_gas is {}",
                                                   gas(transaction, rules), rules.max_block_gas)};
}

}  // namespace

std::uint64_t bytes_in_block(const Transaction& transaction, const ChainRules& rules) {
  return transaction_bytes + (is_stored(transaction, rules.payload_on_chain) ? transaction.payload_bytes : 0);
}

std::uint64_t gas(const Transaction& transaction, const ChainRules& rules) {
  return transaction_gas + gas_per_byte * bytes_in_block(transaction, rules);
}

Verdict check_author(const Transaction& transaction, ChainId chain, const std::map<InstitutionId, PublicKey>& authors) {
  if (transaction.chain != chain) {
    return {Rejection::wrong_chain,
            fmt::format("transaction for chain {} on chain {}", transaction.chain.value, chain.value)};
  }
  const auto author = authors.find(transaction.author);
  if (author == authors.end() || transaction.kind == TransactionKind::synthetic) {
    const char* role = transaction.kind == TransactionKind::relay ? "relayer" : "member";
    return {Rejection::unknown_author, fmt::format("institution {} is no {}", transaction.author.value, role)};
  }
  if (transaction.key != author->second) {
    return {Rejection::wrong_transaction_signature,
            fmt::format("signed with another key than that of institution {}", transaction.author.value)};
  }
  return {};
}

Verdict check_transaction(const Transaction& transaction, const Digest& id, const ChainRules& rules,
                          SignatureCache& signatures) {
  const bool is_relay = transaction.kind == TransactionKind::relay;
  Verdict verdict = check_author(transaction, rules.chain, is_relay ? rules.relayers : rules.members);
  if (verdict.accepted()) verdict = check_size(transaction, rules);
  if (verdict.accepted()) verdict = check_gas(transaction, rules);
  if (!verdict.accepted()) return verdict;
  if (!signatures.is_valid(transaction, id)) {
    return {Rejection::wrong_transaction_signature,
            fmt::format("not signed by institution {}", transaction.author.value)};
  }
  return {};
}

Verdict check_block(const Block& block, const ChainRules& rules, SignatureCache& signatures) {
  Verdict verdict = check_seal(block, rules, signatures);
  if (verdict.accepted()) verdict = check_contents(block, rules);
  if (!verdict.accepted()) return verdict;
  return rules.load ? check_load(block, *rules.load) : check_transactions(block, rules, signatures);
}

}  // namespace polyclinic
