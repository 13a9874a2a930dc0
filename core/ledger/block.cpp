#include "core/ledger/block.hpp"

#include "core/ledger/merkle.hpp"

namespace polyclinic {
namespace {

ByteWriter write_signed_part(const Header& header) {
  ByteWriter writer;
  writer.put(header.chain.value).put(header.height).put(header.parent.bytes).put(header.merkle_root.bytes);
  writer.put(header.time_s).put(header.proposer.value).put(header.view).put(header.difficulty);
  writer.put(header.transactions).put(header.payload_bytes);
  return writer;
}

std::vector<Digest> ids_of(const std::vector<Transaction>& transactions) {
  std::vector<Digest> ids;
  ids.reserve(transactions.size());
  for (const Transaction& transaction : transactions) ids.push_back(transaction_id(transaction));
  return ids;
}

}  // namespace

Block::Block(Header header, std::vector<Transaction> transactions)
    : header_(header), transactions_(std::move(transactions)), ids_(ids_of(transactions_)),
      hash_(sha256(encode(header_))) {}

std::uint64_t Block::bytes() const {
  return header_bytes + transactions_.size() * transaction_bytes + header_.payload_bytes;
}

Header describe(Header header, const std::vector<Transaction>& transactions, bool payload_on_chain) {
  header.merkle_root = merkle_root(ids_of(transactions));
  header.transactions = static_cast<std::uint32_t>(transactions.size());
  header.payload_bytes = payload_bytes_in_block(transactions, payload_on_chain);
  return header;
}

std::uint64_t payload_bytes_in_block(const std::vector<Transaction>& transactions, bool payload_on_chain) {
  std::uint64_t bytes = 0;
  for (const Transaction& transaction : transactions) {
    bytes += is_stored(transaction, payload_on_chain) ? transaction.payload_bytes : 0;
  }
  return bytes;
}

Header sign(Header header, const KeyPair& keys) {
  header.signature = sign(write_signed_part(header).take(), keys);
  return header;
}

bool has_valid_signature(const Header& header, const PublicKey& key) {
  return verify(write_signed_part(header).take(), header.signature, key);
}

Bytes encode(const Header& header) { return write_signed_part(header).put(header.signature).take(); }

Header decode_header(ByteReader& bytes) {
  Header header;
  header.chain.value = bytes.get<std::int32_t>();
  header.height = bytes.get<std::uint64_t>();
  header.parent.bytes = bytes.get<decltype(Digest::bytes)>();
  header.merkle_root.bytes = bytes.get<decltype(Digest::bytes)>();
  header.time_s = bytes.get<double>();
  header.proposer.value = bytes.get<std::int32_t>();
  header.view = bytes.get<std::uint64_t>();
  header.difficulty = bytes.get<double>();
  header.transactions = bytes.get<std::uint32_t>();
  header.payload_bytes = bytes.get<std::uint64_t>();
  header.signature = bytes.get<Signature>();
  return header;
}

BlockPointer genesis(ChainId chain) {
  Header header;
  header.chain = chain;
  return std::make_shared<const Block>(describe(header, {}, false), std::vector<Transaction>{});
}

}  // namespace polyclinic
