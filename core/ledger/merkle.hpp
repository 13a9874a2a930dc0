// Merkle trees over digests as in RFC 6962: leaf = H(0x00 | digest), node = H(0x01 | left | right), SHA-256; the split is at
// the largest power of two below the count; the root of nothing is the hash of the empty string.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/base/digest.hpp"

namespace polyclinic {

struct MerkleProof {
  std::size_t index = 0;              // of the leaf
  std::size_t leaves = 0;             // of the whole tree
  std::vector<Digest> path;           // siblings from the leaf up
};

[[nodiscard]] Digest merkle_root(std::span<const Digest> digests);
[[nodiscard]] MerkleProof merkle_proof(std::span<const Digest> digests, std::size_t index);
[[nodiscard]] bool verify(const MerkleProof& proof, const Digest& digest, const Digest& root);

}  // namespace polyclinic
