#include "core/ledger/block.hpp"

#include <algorithm>

#include "core/ledger/merkle.hpp"
#include "tests/core/ledger/chain_network.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::testing;

namespace {

Transaction numbered_transaction() {
  Transaction transaction{ChainId{1}, InstitutionId{2}, TransactionKind::score, 3, 10, 11, 12, 4, 5, {}, {}, {}, {}};
  transaction.payload.bytes.fill(6);
  transaction.base.bytes.fill(7);
  transaction.key.fill(8);
  transaction.signature.fill(9);
  return transaction;
}

}  // namespace

// Expected hashes: SHA-256 of Python's struct.pack("<iiBIIHHQQ32s32s32s64s", 1, 2, 1, 3, 10, 11, 12, 4, 5, ...) and
// struct.pack("<iQ32s32sdiQdIQ64s", 7, 0, zeros, SHA-256 of nothing, 0.0, -1, 0, 1.0, 0, 0, zeros).
TEST_CASE("encodings have the stated size and layout") {
  CHECK(encode(numbered_transaction()).size() == transaction_bytes);
  CHECK(transaction_bytes == 197);
  CHECK(transaction_id(numbered_transaction()).hex() ==
        "24bdc0ff6eb3383edd51294be04b37bb989b77e6982f1bdaebae51ec0dcfec58");
  CHECK(encode(Header{}).size() == header_bytes);
  CHECK(header_bytes == 180);
  CHECK(genesis(ChainId{7})->hash().hex() == "e4e4c861c39dd1354bf178f796e3cecce95e2a50fac023098fe0919a1436cb5f");
}

TEST_CASE("what is encoded decodes to itself, and a missing byte is an error") {
  const Bytes transaction = encode(numbered_transaction());
  ByteReader reader(transaction);
  CHECK((encode(decode_transaction(reader)) == transaction));
  CHECK(reader.empty());
  const Bytes header = encode(seal({}, *genesis(ChainId{0}), 5, {})->header());
  ByteReader header_reader(header);
  CHECK((encode(decode_header(header_reader)) == header));
  ByteReader truncated(ByteView(header).first(header.size() - 1));
  CHECK_THROWS_AS(static_cast<void>(decode_header(truncated)), Error);
}

TEST_CASE("each kind of transaction decodes, what is none is an error") {
  Bytes bytes = encode(numbered_transaction());
  for (const TransactionKind kind : {TransactionKind::update, TransactionKind::score, TransactionKind::synthetic,
                                     TransactionKind::receipt, TransactionKind::auxiliary, TransactionKind::relay,
                                     TransactionKind::keys, TransactionKind::key_shares, TransactionKind::unmasking}) {
    bytes[8] = std::byte{static_cast<std::uint8_t>(kind)};  // after chain and author
    ByteReader reader(bytes);
    CHECK(decode_transaction(reader).kind == kind);
  }
  bytes[8] = std::byte{9};
  ByteReader reader(bytes);
  CHECK_THROWS_WITH_AS(static_cast<void>(decode_transaction(reader)), "ledger: 9 is no kind of transaction", Error);
}

TEST_CASE("a signature covers every byte of a transaction and of a header") {
  const Bytes transaction = encode(update({}, 1, 2).transaction);
  for (std::size_t i = 0; i < transaction.size(); i += 3) {
    Bytes flipped = transaction;
    flipped[i] ^= std::byte{1};
    ByteReader reader(flipped);
    CHECK_FALSE(has_valid_signature(decode_transaction(reader)));
  }
  const Header sealed = seal({}, *genesis(ChainId{0}), 5, {})->header();
  const PublicKey key = validator_keys(NodeId{1}).public_key;
  CHECK(has_valid_signature(sealed, key));
  const Bytes header = encode(sealed);
  for (std::size_t i = 0; i < header.size(); i += 3) {
    Bytes flipped = header;
    flipped[i] ^= std::byte{1};
    ByteReader reader(flipped);
    CHECK_FALSE(has_valid_signature(decode_header(reader), key));
  }
}

TEST_CASE("a block's size counts payloads where they are on the chain") {
  ChainPlan plan;
  plan.payload_bytes = 1000;
  const std::vector<Transaction> two{update(plan, 0, 0).transaction, update(plan, 1, 0).transaction};
  CHECK(seal(plan, *genesis(ChainId{0}), 1, two)->bytes() == 180 + 2 * 197 + 2 * 1000);
  plan.payload_on_chain = false;
  CHECK(seal(plan, *genesis(ChainId{0}), 1, two)->bytes() == 180 + 2 * 197);
  CHECK(genesis(ChainId{0})->bytes() == 180);
}

TEST_CASE("a block knows its transactions' ids and its header's root is over them") {
  const ChainPlan plan;
  const BlockPointer block =
      seal(plan, *genesis(ChainId{0}), 1, {update(plan, 0, 0).transaction, update(plan, 1, 0).transaction});
  CHECK(block->transaction_ids().at(1) == transaction_id(block->transactions().at(1)));
  CHECK(block->header().merkle_root == merkle_root(block->transaction_ids()));
  CHECK(block->hash() == sha256(encode(block->header())));
}
