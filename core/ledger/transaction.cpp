#include "core/ledger/transaction.hpp"

#include "core/base/error.hpp"

namespace polyclinic {
namespace {

ByteWriter write_signed_part(const Transaction& transaction) {
  ByteWriter writer;
  writer.put(transaction.chain.value).put(transaction.author.value).put(static_cast<std::uint8_t>(transaction.kind));
  writer.put(transaction.round)
      .put(transaction.nonce)
      .put(transaction.part)
      .put(transaction.parts)
      .put(transaction.samples);
  writer.put(transaction.payload_bytes).put(transaction.payload.bytes).put(transaction.base.bytes).put(transaction.key);
  return writer;
}

}  // namespace

Transaction sign(Transaction transaction, const KeyPair& keys) {
  transaction.key = keys.public_key;
  transaction.signature = sign(write_signed_part(transaction).take(), keys);
  return transaction;
}

bool has_valid_signature(const Transaction& transaction) {
  return verify(write_signed_part(transaction).take(), transaction.signature, transaction.key);
}

Bytes encode(const Transaction& transaction) { return write_signed_part(transaction).put(transaction.signature).take(); }

Transaction decode_transaction(ByteReader& bytes) {
  Transaction transaction;
  transaction.chain.value = bytes.get<std::int32_t>();
  transaction.author.value = bytes.get<std::int32_t>();
  const auto kind = bytes.get<std::uint8_t>();
  require(kind <= static_cast<std::uint8_t>(TransactionKind::unmasking), "ledger: {} is no kind of transaction", kind);
  transaction.kind = static_cast<TransactionKind>(kind);
  transaction.round = bytes.get<std::uint32_t>();
  transaction.nonce = bytes.get<std::uint32_t>();
  transaction.part = bytes.get<std::uint16_t>();
  transaction.parts = bytes.get<std::uint16_t>();
  transaction.samples = bytes.get<std::uint64_t>();
  transaction.payload_bytes = bytes.get<std::uint64_t>();
  transaction.payload.bytes = bytes.get<decltype(Digest::bytes)>();
  transaction.base.bytes = bytes.get<decltype(Digest::bytes)>();
  transaction.key = bytes.get<PublicKey>();
  transaction.signature = bytes.get<Signature>();
  return transaction;
}

Digest transaction_id(const Transaction& transaction) { return sha256(encode(transaction)); }

}  // namespace polyclinic
