// One institution's signed statement that it offers an update for a round.
#pragma once

#include <cstdint>

#include "core/base/bytes.hpp"
#include "core/base/digest.hpp"
#include "core/base/ids.hpp"
#include "core/ledger/signature.hpp"

namespace polyclinic {

struct Transaction {
  ChainId chain;
  InstitutionId author;
  std::uint32_t round = 0;
  std::uint64_t samples = 0;          // training rows behind the update: its weight
  std::uint64_t payload_bytes = 0;
  Digest payload;                     // SHA-256 of the shared update's bytes
  Digest base;                        // digest of the global model it was trained from
  PublicKey key{};                    // the author's
  Signature signature{};              // Ed25519 over everything above
};

[[nodiscard]] Transaction sign(Transaction transaction, const KeyPair& keys);  // fills key and signature
[[nodiscard]] bool has_valid_signature(const Transaction& transaction);
[[nodiscard]] Bytes encode(const Transaction& transaction);  // the fields in their order, see ByteWriter
[[nodiscard]] Transaction decode_transaction(ByteReader& bytes);
[[nodiscard]] Digest transaction_id(const Transaction& transaction);           // SHA-256 of the encoding
inline constexpr std::uint64_t transaction_bytes = 4 + 4 + 4 + 8 + 8 + 32 + 32 + 32 + 64;  // of the encoding: 188

}  // namespace polyclinic
