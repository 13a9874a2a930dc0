#include "core/ledger/signature.hpp"

#include <vector>

#include "tests/core/ledger/hex.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using polyclinic::testing::array_from_hex;
using polyclinic::testing::from_hex;

namespace {

struct Vector {
  const char* private_seed;
  const char* public_key;
  const char* message;
  const char* signature;
};

// RFC 8032, section 7.1, tests 1 to 3.
const std::vector<Vector> rfc8032{
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655"
     "141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d"
     "291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027"
     "beceea1ec40a"}};

}  // namespace

TEST_CASE("keys and signatures are those of RFC 8032") {
  for (const Vector& vector : rfc8032) {
    const KeyPair keys = make_key_pair(array_from_hex<32>(vector.private_seed));
    CHECK(keys.public_key == array_from_hex<32>(vector.public_key));
    const Bytes message = from_hex(vector.message);
    const Signature signature = sign(message, keys);
    CHECK(signature == array_from_hex<64>(vector.signature));
    CHECK(verify(message, signature, keys.public_key));
  }
}

TEST_CASE("a changed message, signature or key does not verify") {
  const KeyPair keys = make_key_pair(Seed(1));
  const Signature signature = sign(view_of("update"), keys);
  CHECK(verify(view_of("update"), signature, keys.public_key));
  CHECK_FALSE(verify(view_of("updatf"), signature, keys.public_key));
  CHECK_FALSE(verify(view_of("update"), signature, make_key_pair(Seed(2)).public_key));
  for (std::size_t i = 0; i < signature.size(); ++i) {
    Signature wrong = signature;
    wrong[i] ^= 1;
    CHECK_FALSE(verify(view_of("update"), wrong, keys.public_key));
  }
}

TEST_CASE("a seed names one key pair") {
  CHECK(make_key_pair(Seed(7) / "a").public_key == make_key_pair(Seed(7) / "a").public_key);
  CHECK(make_key_pair(Seed(7) / "a").public_key != make_key_pair(Seed(7) / "b").public_key);
}
