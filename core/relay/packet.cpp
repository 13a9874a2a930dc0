#include "core/relay/packet.hpp"

#include "core/base/error.hpp"

namespace polyclinic {
namespace {

// Block, index, leaves, number of siblings, size of the payload.
constexpr std::uint64_t object_frame_bytes = 32 + 8 + 8 + 4 + 8;

void write(ByteWriter& writer, const RelayedObject& object) {
  writer.put_bytes(encode(object.transaction)).put(object.block.bytes);
  writer.put(std::uint64_t{object.proof.index}).put(std::uint64_t{object.proof.leaves});
  writer.put(static_cast<std::uint32_t>(object.proof.path.size()));
  for (const Digest& sibling : object.proof.path) writer.put(sibling.bytes);
  writer.put(std::uint64_t{object.payload.size()}).put_bytes(object.payload);
}

Digest read_digest(ByteReader& reader) {
  Digest digest;
  digest.bytes = reader.get<decltype(Digest::bytes)>();
  return digest;
}

Attestation read_attestation(ByteReader& reader) {
  Attestation attestation;
  attestation.validator.value = reader.get<std::int32_t>();
  attestation.signature = reader.get<Signature>();
  return attestation;
}

RelayedObject read_object(ByteReader& reader) {
  RelayedObject object;
  object.transaction = decode_transaction(reader);
  object.block = read_digest(reader);
  object.proof.index = reader.get<std::uint64_t>();
  object.proof.leaves = reader.get<std::uint64_t>();
  const auto siblings = reader.get<std::uint32_t>();
  for (std::uint32_t i = 0; i < siblings; ++i) object.proof.path.push_back(read_digest(reader));
  const ByteView payload = reader.get_bytes(reader.get<std::uint64_t>());
  object.payload.assign(payload.begin(), payload.end());
  return object;
}

// Grows as it reads: a count that the bytes do not bear out ends in an error before it ends in memory.
template <class Read>
auto read_list(ByteReader& reader, std::uint32_t count, Read read) {
  std::vector<decltype(read(reader))> list;
  for (std::uint32_t i = 0; i < count; ++i) list.push_back(read(reader));
  return list;
}

}  // namespace

Bytes attestation_text(const Header& header) {
  ByteWriter writer;
  writer.put_bytes(view_of("polyclinic finality")).put(header.chain.value).put(header.height);
  return writer.put(sha256(encode(header)).bytes).take();
}

Attestation attest(NodeId validator, const Header& header, const KeyPair& keys) {
  return {validator, sign(attestation_text(header), keys)};
}

bool has_valid_signature(const Attestation& attestation, const Header& header, const PublicKey& key) {
  return verify(attestation_text(header), attestation.signature, key);
}

Bytes encode(const RelayPacket& packet) {
  ByteWriter writer;
  writer.put(packet.source.value).put(packet.destination.value);
  writer.put(static_cast<std::uint32_t>(packet.headers.size()));
  writer.put(static_cast<std::uint32_t>(packet.attestations.size()));
  writer.put(static_cast<std::uint32_t>(packet.objects.size()));
  for (const Header& header : packet.headers) writer.put_bytes(encode(header));
  for (const Attestation& attestation : packet.attestations) {
    writer.put(attestation.validator.value).put(attestation.signature);
  }
  for (const RelayedObject& object : packet.objects) write(writer, object);
  return writer.take();
}

RelayPacket decode_packet(ByteView bytes) {
  ByteReader reader(bytes);
  RelayPacket packet;
  packet.source.value = reader.get<std::int32_t>();
  packet.destination.value = reader.get<std::int32_t>();
  const auto headers = reader.get<std::uint32_t>();
  const auto attestations = reader.get<std::uint32_t>();
  const auto objects = reader.get<std::uint32_t>();
  packet.headers = read_list(reader, headers, decode_header);
  packet.attestations = read_list(reader, attestations, read_attestation);
  packet.objects = read_list(reader, objects, read_object);
  require(reader.empty(), "relay: {} bytes go on after the packet's end", bytes.size());
  return packet;
}

PacketSizes sizes(const RelayPacket& packet) {
  PacketSizes sizes;
  sizes.header_bytes = packet.headers.size() * header_bytes + packet.attestations.size() * attestation_bytes;
  for (const RelayedObject& object : packet.objects) {
    sizes.proof_bytes += transaction_bytes + object_frame_bytes + object.proof.path.size() * sizeof(Digest::bytes);
    sizes.payload_bytes += object.payload.size();
  }
  return sizes;
}

}  // namespace polyclinic
