#include "core/relay/packet.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "tests/core/ledger/hex.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::testing;

namespace {

KeyPair keys(std::uint64_t number) { return make_key_pair(Seed(5) / "packet" / number); }

Header numbered_header(std::uint64_t height) {
  Header header{ChainId{3}, height, {}, {}, 1.5, NodeId{1}, 2, 3.0, 4, 5, {}};
  header.parent.bytes.fill(6);
  header.merkle_root.bytes.fill(7);
  return sign(header, keys(1));
}

RelayedObject numbered_object(std::uint8_t number, std::size_t siblings, std::size_t payload_bytes) {
  RelayedObject object;
  object.transaction.chain = ChainId{3};
  object.transaction.author = InstitutionId{number};
  object.transaction.kind = TransactionKind::auxiliary;
  object.transaction = sign(object.transaction, keys(number));
  object.block.bytes.fill(number);
  object.proof.index = number;
  object.proof.leaves = 100;
  for (std::size_t i = 0; i < siblings; ++i) object.proof.path.push_back(sha256(ByteWriter().put(i).take()));
  object.payload.assign(payload_bytes, std::byte{number});
  return object;
}

RelayPacket numbered_packet() {
  RelayPacket packet{ChainId{3}, ChainId{9}, {numbered_header(8), numbered_header(9)}, {}, {}};
  for (std::int32_t i = 0; i < 3; ++i) {
    packet.attestations.push_back(attest(NodeId{i}, packet.headers.back(), keys(static_cast<std::uint64_t>(i))));
  }
  packet.objects = {numbered_object(1, 2, 10), numbered_object(2, 0, 0)};
  return packet;
}

}  // namespace

// By hand: 2 headers of 180 and 3 attestations of 4 + 64; 2 transactions of 197 with 32 + 8 + 8 + 4 + 8 bytes of place each and
// 2 siblings of 32 in all; 10 bytes of payload; a frame of 5 * 4.
TEST_CASE("the parts of a packet and its frame add up to its encoding") {
  const PacketSizes parts = sizes(numbered_packet());
  CHECK(parts.header_bytes == 2 * 180 + 3 * 68);
  CHECK(parts.proof_bytes == 2 * (197 + 60) + 2 * 32);
  CHECK(parts.payload_bytes == 10);
  CHECK(parts.total() == 20 + 564 + 578 + 10);
  CHECK(encode(numbered_packet()).size() == parts.total());
  CHECK(encode(RelayPacket{}).size() == packet_frame_bytes);
  CHECK(sizes(RelayPacket{}).total() == packet_frame_bytes);
}

TEST_CASE("a packet decodes to what it was") {
  const RelayPacket packet = numbered_packet();
  const RelayPacket decoded = decode_packet(encode(packet));
  CHECK(decoded.source == ChainId{3});
  CHECK(decoded.destination == ChainId{9});
  REQUIRE(decoded.headers.size() == 2);
  CHECK((encode(decoded.headers.at(1)) == encode(packet.headers.at(1))));
  REQUIRE(decoded.attestations.size() == 3);
  CHECK(decoded.attestations.at(2).validator == NodeId{2});
  CHECK((decoded.attestations.at(2).signature == packet.attestations.at(2).signature));
  REQUIRE(decoded.objects.size() == 2);
  const RelayedObject& object = decoded.objects.at(0);
  CHECK((object.transaction == packet.objects.at(0).transaction));
  CHECK(object.block == packet.objects.at(0).block);
  CHECK(object.proof.index == 1);
  CHECK(object.proof.leaves == 100);
  CHECK((object.proof.path == packet.objects.at(0).proof.path));
  CHECK((object.payload == packet.objects.at(0).payload));
  CHECK((encode(decoded) == encode(packet)));
}

TEST_CASE("a packet that ends too early or goes on is an error, at every length") {
  Bytes bytes = encode(numbered_packet());
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    CHECK_THROWS_AS(static_cast<void>(decode_packet(ByteView(bytes).first(length))), Error);
  }
  bytes.push_back(std::byte{0});
  CHECK_THROWS_AS(static_cast<void>(decode_packet(bytes)), Error);
}

// 2^32 - 1 headers, attestations or objects would be 290 GB and more, as many siblings 137 GB; a payload of 2^64 - 1 bytes
// wraps around where sizes are added up.
TEST_CASE("counts that the bytes do not bear out are errors, not memory") {
  const auto with_ones = [](RelayPacket packet, std::size_t first, std::size_t bytes) {
    Bytes encoded = encode(packet);
    std::fill_n(encoded.begin() + static_cast<std::ptrdiff_t>(first), bytes, std::byte{0xff});
    return encoded;
  };
  for (const std::size_t count : {8, 12, 16}) {
    CHECK_THROWS_AS(static_cast<void>(decode_packet(with_ones(numbered_packet(), count, 4))), Error);
    CHECK_THROWS_AS(static_cast<void>(decode_packet(with_ones(RelayPacket{}, count, 4))), Error);
  }
  RelayPacket lone;
  lone.objects = {numbered_object(1, 0, 0)};
  const std::size_t siblings = 20 + 197 + 32 + 8 + 8;
  CHECK_THROWS_AS(static_cast<void>(decode_packet(with_ones(lone, siblings, 4))), Error);
  CHECK_THROWS_AS(static_cast<void>(decode_packet(with_ones(lone, siblings + 4, 8))), Error);
}

TEST_CASE("a transaction of no kind makes no packet") {
  RelayPacket packet;
  packet.objects = {numbered_object(1, 0, 0)};
  Bytes bytes = encode(packet);
  bytes[20 + 8] = std::byte{200};
  CHECK_THROWS_AS(static_cast<void>(decode_packet(bytes)), Error);
}

// The text is Python's b"polyclinic finality" + struct.pack("<iQ", 0, 0) + the genesis's hash, SHA-256 of
// struct.pack("<iQ32s32sdiQdIQ64s", 0, 0, zeros, SHA-256 of nothing, 0.0, -1, 0, 1.0, 0, 0, zeros).
TEST_CASE("an attestation is for one block of one chain, and by one validator") {
  const Header header = genesis(ChainId{0})->header();
  CHECK((attestation_text(header) == from_hex("706f6c79636c696e69632066696e616c697479000000000000000000000000e"
                                              "e2cc88aa1131055226c626f67735eb06a4a23dbc7e40648e8c8b95be09c4c6b")));
  const Attestation attestation = attest(NodeId{2}, header, keys(2));
  CHECK(attestation.validator == NodeId{2});
  CHECK(has_valid_signature(attestation, header, keys(2).public_key));
  CHECK_FALSE(has_valid_signature(attestation, header, keys(1).public_key));
  CHECK_FALSE(has_valid_signature(attestation, genesis(ChainId{1})->header(), keys(2).public_key));
  Header other = header;
  other.height = 1;
  CHECK_FALSE(has_valid_signature(attestation, other, keys(2).public_key));
}
