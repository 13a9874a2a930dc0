// What relayers carry from one chain to another: headers, why the last of them is final, and objects of the source chain, each
// with the proof that a block holds it.
#pragma once

#include <cstdint>
#include <vector>

#include "core/ledger/block.hpp"
#include "core/ledger/merkle.hpp"

namespace polyclinic {

// What a validator of a protocol that votes (pbft, raft) signs once a block is final for it, so that a light client elsewhere
// can count who vouches: Ed25519 over attestation_text(). The protocols' own votes are for their messages' eyes alone (of their
// signatures only size and cost are simulated), and raft's say nothing of a block.
struct Attestation {
  NodeId validator;
  Signature signature{};
};

// "polyclinic finality", the chain, the height and the block's hash: of a length and a beginning that no header, transaction or
// other signed text has.
[[nodiscard]] Bytes attestation_text(const Header& header);
[[nodiscard]] Attestation attest(NodeId validator, const Header& header, const KeyPair& keys);
[[nodiscard]] bool has_valid_signature(const Attestation& attestation, const Header& header, const PublicKey& key);

inline constexpr std::uint64_t attestation_bytes = 4 + 64;  // of the encoding: 68

// A transaction of the source chain, the block that holds it, and the bytes that it promises.
struct RelayedObject {
  Transaction transaction;
  Digest block;                           // hash of the header
  MerkleProof proof;                      // of transaction_id(transaction), against the header's merkle_root
  Bytes payload;                          // its SHA-256 is transaction.payload
};

struct RelayPacket {
  ChainId source;
  ChainId destination;
  std::vector<Header> headers;            // each the parent of the next
  std::vector<Attestation> attestations;  // of the last header; none where the source chain's validators do not vote
  std::vector<RelayedObject> objects;     // of these headers' blocks or of earlier ones
};

// source, destination, and as 32-bit counts: headers, attestations, objects (the frame); then each header, each attestation,
// and of each object: transaction, block, index and leaves as 64 bits, the path with a 32-bit count before it, the payload's
// size as 64 bits, the payload. Different packets have different bytes, and only what encode() could have written decodes:
// anything else is an Error. Decoding never takes more memory than a small multiple of `bytes`.
[[nodiscard]] Bytes encode(const RelayPacket& packet);
[[nodiscard]] RelayPacket decode_packet(ByteView bytes);

inline constexpr std::uint64_t packet_frame_bytes = 5 * 4;

// What the parts of the encoding take. With the frame they add up to the size of encode(packet).
struct PacketSizes {
  std::uint64_t header_bytes = 0;         // headers and attestations
  std::uint64_t proof_bytes = 0;          // transactions, and where in their blocks they are
  std::uint64_t payload_bytes = 0;
  [[nodiscard]] std::uint64_t total() const { return packet_frame_bytes + header_bytes + proof_bytes + payload_bytes; }
};
[[nodiscard]] PacketSizes sizes(const RelayPacket& packet);

}  // namespace polyclinic
