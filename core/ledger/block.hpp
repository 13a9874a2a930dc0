// A signed header over an ordered list of transactions, linked to its parent by hash.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/ledger/transaction.hpp"

namespace polyclinic {

struct Header {
  ChainId chain;
  std::uint64_t height = 0;           // 0: genesis
  Digest parent;
  Digest merkle_root;                 // over transaction ids, see merkle.hpp
  double time_s = 0.0;                // simulated time at which it was proposed
  NodeId proposer;
  std::uint64_t view = 0;             // pbft: round within the height; raft: term
  double difficulty = 1.0;            // what the block adds to its branch's weight: see ForkChoice
  std::uint32_t transactions = 0;
  std::uint64_t payload_bytes = 0;    // stored in this block; 0 where payloads are off-chain
  Signature signature{};              // of the proposer, over everything above
};

// Block times and deadlines closer than this are the same instant: a thousand times SimGrid's precision of 1e-9 s.
inline constexpr double time_tolerance_s = 1e-6;

inline constexpr std::uint64_t header_bytes = 4 + 8 + 32 + 32 + 8 + 4 + 8 + 8 + 4 + 8 + 64;  // of the encoding: 180

// Immutable; knows its own hash. Payloads themselves lie in the PayloadStore under their digests.
class Block {
 public:
  Block(Header header, std::vector<Transaction> transactions);
  [[nodiscard]] const Header& header() const { return header_; }
  [[nodiscard]] const std::vector<Transaction>& transactions() const { return transactions_; }
  [[nodiscard]] const std::vector<Digest>& transaction_ids() const { return ids_; }  // in the order of transactions()
  [[nodiscard]] const Digest& hash() const { return hash_; }  // SHA-256 of the encoded header
  [[nodiscard]] std::uint64_t bytes() const;                   // header, transactions, and payloads when on-chain

 private:
  Header header_;
  std::vector<Transaction> transactions_;
  std::vector<Digest> ids_;
  Digest hash_;
};
using BlockPointer = std::shared_ptr<const Block>;

// What the header says of its transactions, filled in: their root and number, and their payload bytes where these lie in
// the block.
[[nodiscard]] Header describe(Header header, const std::vector<Transaction>& transactions, bool payload_on_chain);
[[nodiscard]] std::uint64_t payload_bytes_in_block(const std::vector<Transaction>& transactions, bool payload_on_chain);
[[nodiscard]] Header sign(Header header, const KeyPair& keys);
[[nodiscard]] bool has_valid_signature(const Header& header, const PublicKey& key);
[[nodiscard]] Bytes encode(const Header& header);
[[nodiscard]] Header decode_header(ByteReader& bytes);
[[nodiscard]] BlockPointer genesis(ChainId chain);  // at time 0, empty, unsigned, by nobody (proposer -1)

}  // namespace polyclinic
