#include "core/ledger/merkle.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace polyclinic {
namespace {

// The prefixes keep a leaf from passing as a node (RFC 6962, section 2.1).
Digest leaf_hash(const Digest& digest) {
  std::array<std::uint8_t, 33> bytes{0x00};
  std::ranges::copy(digest.bytes, bytes.begin() + 1);
  return sha256(std::as_bytes(std::span(bytes)));
}

Digest node_hash(const Digest& left, const Digest& right) {
  std::array<std::uint8_t, 65> bytes{0x01};
  std::ranges::copy(left.bytes, bytes.begin() + 1);
  std::ranges::copy(right.bytes, bytes.begin() + 33);
  return sha256(std::as_bytes(std::span(bytes)));
}

std::vector<Digest> leaf_level(std::span<const Digest> digests) {
  std::vector<Digest> level;
  level.reserve(digests.size());
  for (const Digest& digest : digests) level.push_back(leaf_hash(digest));
  return level;
}

// Pairing from the left and passing an odd last one upwards gives the same tree as splitting at powers of two.
std::vector<Digest> next_level(const std::vector<Digest>& level) {
  std::vector<Digest> next;
  next.reserve((level.size() + 1) / 2);
  for (std::size_t i = 0; i + 1 < level.size(); i += 2) next.push_back(node_hash(level[i], level[i + 1]));
  if (level.size() % 2 == 1) next.push_back(level.back());
  return next;
}

}  // namespace

Digest merkle_root(std::span<const Digest> digests) {
  if (digests.empty()) return sha256({});
  std::vector<Digest> level = leaf_level(digests);
  while (level.size() > 1) level = next_level(level);
  return level.front();
}

MerkleProof merkle_proof(std::span<const Digest> digests, std::size_t index) {
  assert(index < digests.size());
  MerkleProof proof{index, digests.size(), {}};
  std::vector<Digest> level = leaf_level(digests);
  for (std::size_t position = index; level.size() > 1; position /= 2, level = next_level(level)) {
    const std::size_t sibling = position ^ 1U;
    if (sibling < level.size()) proof.path.push_back(level[sibling]);
  }
  return proof;
}

bool verify(const MerkleProof& proof, const Digest& digest, const Digest& root) {
  if (proof.index >= proof.leaves) return false;
  Digest reached = leaf_hash(digest);
  std::size_t position = proof.index;
  std::size_t last = proof.leaves - 1;
  auto sibling = proof.path.begin();
  for (; last > 0; position /= 2, last /= 2) {
    if (position == last && position % 2 == 0) continue;  // an odd last one has no sibling here
    if (sibling == proof.path.end()) return false;
    reached = position % 2 == 1 ? node_hash(*sibling, reached) : node_hash(reached, *sibling);
    ++sibling;
  }
  return sibling == proof.path.end() && reached == root;
}

}  // namespace polyclinic
