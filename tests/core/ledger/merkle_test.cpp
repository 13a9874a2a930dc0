#include "core/ledger/merkle.hpp"

#include <map>
#include <string>

#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

std::vector<Digest> leaves(std::size_t count) {
  std::vector<Digest> digests;
  for (std::size_t i = 0; i < count; ++i) digests.push_back(sha256(ByteWriter().put(static_cast<std::uint8_t>(i)).take()));
  return digests;
}

}  // namespace

// Expected roots: the recursive definition of RFC 6962, section 2.1, written down with Python's hashlib over the leaves
// SHA-256(i), i one byte.
TEST_CASE("roots are those of RFC 6962") {
  const std::map<std::size_t, std::string> expected{
      {0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {1, "d9de27625445003d8a9739a851e3ff8d41c0683630b4d63a88327a6aaa37c409"},
      {2, "604d540f09268b91672ab011394d5266ccd7d4484d0d109411a55848126a1b2c"},
      {3, "d1f13800048f5909d4043fc0c152f6643280cba608b672715e56ce159a20629f"},
      {5, "6b313b611b40676b9e1dfd70c4503f2379f88f0f1c2740fb7e1cacc32c113465"},
      {7, "bee2275db16667589a4515f63e0d053a2fa602c1d9f9703e98920a5bdad59baf"},
      {8, "80e139b44c90f91edebec705cc7586c3d90f4bdadd49628d25c20d4b03419287"},
      {11, "ed1d954562b2a1663d5a2630ffaf20dc151d543c96bd785369c8ab3e3fc3df6c"}};
  for (const auto& [count, root] : expected) CHECK(merkle_root(leaves(count)).hex() == root);
}

// Expected paths: PATH(m, D[n]) of RFC 6962, section 2.1.1, by its recursive definition, written down with Python's hashlib
// over the same leaves.
TEST_CASE("paths are those of RFC 6962") {
  struct Known {
    std::size_t leaves, index;
    std::vector<std::string> path;
  };
  const std::vector<Known> known{
      {1, 0, {}},
      {2, 1, {"d9de27625445003d8a9739a851e3ff8d41c0683630b4d63a88327a6aaa37c409"}},
      {3, 2, {"604d540f09268b91672ab011394d5266ccd7d4484d0d109411a55848126a1b2c"}},
      {5, 4, {"0dcc2b645c00dfa2338e1c7ac2c4b570beda5a476d58836e55e28bde55e6bee1"}},
      {7,
       2,
       {"36e4970e7c84e559ed7290304c3c0672289a6918e7746d48397b0e122db7748f",
        "604d540f09268b91672ab011394d5266ccd7d4484d0d109411a55848126a1b2c",
        "8da0dadfa0aaea7d9f4cd621d80cfbda617c8d13798abb8c3854351059e33be0"}},
      {11,
       6,
       {"2ab92f5a613d6b0ad9ab94d59e4f3aa0f0cb34afd88baaba419fd841e53bd9d1",
        "8759d0890547f39383841b565fe658d0c99a2d76589fe804c4b4060f6dd500b8",
        "0dcc2b645c00dfa2338e1c7ac2c4b570beda5a476d58836e55e28bde55e6bee1",
        "702ac2e177010529234c72e4a1d05f46454315db733b5ede584946080441af9c"}},
      {11,
       10,
       {"1e61cb80cb3fb22110b1dcbc80343a1a99d13ed5efaa9907553167c4fe2e9998",
        "80e139b44c90f91edebec705cc7586c3d90f4bdadd49628d25c20d4b03419287"}}};
  for (const auto& [count, index, path] : known) {
    const MerkleProof proof = merkle_proof(leaves(count), index);
    std::vector<std::string> made;
    for (const Digest& sibling : proof.path) made.push_back(sibling.hex());
    CHECK((made == path));
    CHECK(proof.index == index);
    CHECK(proof.leaves == count);
  }
}

// The two nodes below a root of four leaves are no leaves of a tree of two, nor is a root the leaf of a tree of one.
TEST_CASE("a node does not pass as a leaf") {
  const std::vector<Digest> digests = leaves(4);
  const Digest root = merkle_root(digests);
  const Digest left = merkle_proof(digests, 2).path.back();
  const Digest right = merkle_proof(digests, 0).path.back();
  CHECK_FALSE(verify(MerkleProof{0, 2, {right}}, left, root));
  CHECK_FALSE(verify(MerkleProof{1, 2, {left}}, right, root));
  CHECK_FALSE(verify(MerkleProof{0, 1, {}}, root, root));
}

TEST_CASE("every leaf has a proof, as long as the tree is high at most, that holds for it alone") {
  for (std::size_t count = 1; count <= 33; ++count) {
    const std::vector<Digest> digests = leaves(count);
    const Digest root = merkle_root(digests);
    for (std::size_t i = 0; i < count; ++i) {
      const MerkleProof proof = merkle_proof(digests, i);
      CHECK((std::size_t{1} << proof.path.size()) < 2 * count);
      CHECK(verify(proof, digests[i], root));
      CHECK_FALSE(verify(proof, sha256({}), root));
      CHECK((count == 1 || !verify(proof, digests[(i + 1) % count], root)));
    }
  }
}

TEST_CASE("a proof that was tampered with fails") {
  const std::vector<Digest> digests = leaves(11);
  const Digest root = merkle_root(digests);
  const MerkleProof proof = merkle_proof(digests, 6);
  for (std::size_t step = 0; step < proof.path.size(); ++step) {
    MerkleProof wrong = proof;
    wrong.path[step].bytes[0] ^= 1;
    CHECK_FALSE(verify(wrong, digests[6], root));
  }
  MerkleProof shorter = proof;
  shorter.path.pop_back();
  CHECK_FALSE(verify(shorter, digests[6], root));
  MerkleProof longer = proof;
  longer.path.push_back(Digest{});
  CHECK_FALSE(verify(longer, digests[6], root));
  CHECK_FALSE(verify(MerkleProof{7, 11, proof.path}, digests[6], root));
  CHECK_FALSE(verify(MerkleProof{11, 11, proof.path}, digests[6], root));
  CHECK_FALSE(verify(MerkleProof{0, 0, {}}, digests[6], root));
  CHECK_FALSE(verify(proof, digests[6], Digest{}));
}
