// One institution's signed statement: that it offers an update, what it thinks of another's, that it keeps another's, what it
// carries between chains, or its part in secure aggregation.
#pragma once

#include <cstdint>

#include "core/base/bytes.hpp"
#include "core/base/digest.hpp"
#include "core/base/ids.hpp"
#include "core/ledger/signature.hpp"

namespace polyclinic {

enum class TransactionKind : std::uint8_t {
  update,     // offers an update
  score,      // a vote on another's update: `payload` is that one's transaction, samples 1 for it, 0 against
  synthetic,  // load without content, see synthetic_load.hpp; by nobody, unsigned
  receipt,    // a keeper's word that it holds another's payload: `payload` is that one's transaction, samples 1
  auxiliary,  // offers other chains what this one has learned: `base` is the model after `round` rounds
  relay,      // by a relayer: `payload` is a RelayPacket of another chain, see core/relay
  keys,       // secure aggregation, as the next two: a member's public keys for the round, see core/secure_aggregation
  key_shares, // its secrets, shared among those who advertised keys, sealed for each
  unmasking,  // its shares of the secrets that take the masks off the round's sum
};

struct Transaction {
  ChainId chain;
  InstitutionId author;
  TransactionKind kind = TransactionKind::update;
  std::uint32_t round = 0;            // the version of the global model that it was trained from
  std::uint32_t nonce = 0;            // counts the author's updates of one round (asynchronous chains)
  std::uint16_t part = 0, parts = 1;  // of a payload that is split over several transactions
  std::uint64_t samples = 0;          // training rows behind the update: its weight
  std::uint64_t payload_bytes = 0;    // of this part
  Digest payload;                     // SHA-256 of the shared update's bytes
  Digest base;                        // digest of the global model it was trained from
  PublicKey key{};                    // the author's
  Signature signature{};              // Ed25519 over everything above
  bool operator==(const Transaction&) const = default;
};

[[nodiscard]] Transaction sign(Transaction transaction, const KeyPair& keys);  // fills key and signature
[[nodiscard]] bool has_valid_signature(const Transaction& transaction);
[[nodiscard]] Bytes encode(const Transaction& transaction);  // the fields in their order, see ByteWriter
[[nodiscard]] Transaction decode_transaction(ByteReader& bytes);
[[nodiscard]] Digest transaction_id(const Transaction& transaction);  // SHA-256 of the encoding
// Whether it belongs to the protocol of secure aggregation, updates aside.
[[nodiscard]] inline bool is_secure_statement(const Transaction& transaction) {
  return transaction.kind == TransactionKind::keys || transaction.kind == TransactionKind::key_shares ||
         transaction.kind == TransactionKind::unmasking;
}
// Whether its payload lies in the block: on a chain that stores payloads; on any a relayer's packet, since whoever applies the
// block needs it for the light client, and what takes masks off, since all need it for the round's model.
[[nodiscard]] inline bool is_stored(const Transaction& transaction, bool payload_on_chain) {
  return payload_on_chain || transaction.kind == TransactionKind::relay || is_secure_statement(transaction);
}
inline constexpr std::uint64_t transaction_bytes =
    4 + 4 + 1 + 4 + 4 + 2 + 2 + 8 + 8 + 32 + 32 + 32 + 64;  // of the encoding: 197

}  // namespace polyclinic
