#include "core/secure_aggregation/encoding.hpp"

#include "core/base/error.hpp"
#include "core/secure_aggregation/masked_payload.hpp"
#include "tests/core/secure_aggregation/party.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

TEST_CASE("statements come back from their bytes, whose number follows from the members") {
  Party party(5, 3);
  static_cast<void>(party.run());
  const Advertisement& keys = party.statements.keys[1];
  CHECK(encode(keys).size() == 64);
  CHECK(decode_advertisement(keys.member, encode(keys)) == keys);
  const SealedShares& shares = party.shares[1];
  CHECK(encode(shares).size() == 4 * (4 + 80));
  CHECK(decode_shares(shares.member, encode(shares)) == shares);
  const Unmasking& unmasking = party.statements.unmaskings[1];
  CHECK(encode(unmasking).size() == 5 * (4 + 1 + 32));
  CHECK(decode_unmasking(unmasking.member, encode(unmasking)) == unmasking);
}

TEST_CASE("bytes that are no statement are refused") {
  Party party(5, 3);
  static_cast<void>(party.run());
  const InstitutionId self = party.id(1);
  Bytes keys = encode(party.statements.keys[1]), shares = encode(party.shares[1]);
  Bytes unmasking = encode(party.statements.unmaskings[1]);
  keys.push_back({});
  CHECK_THROWS_AS(static_cast<void>(decode_advertisement(self, keys)), Error);
  shares.pop_back();
  CHECK_THROWS_AS(static_cast<void>(decode_shares(self, shares)), Error);
  Bytes twice = encode(party.shares[1]);
  twice.insert(twice.end(), twice.begin(), twice.begin() + 84);
  CHECK_THROWS_AS(static_cast<void>(decode_shares(self, twice)), Error);
  unmasking[4] = std::byte{2};
  CHECK_THROWS_AS(static_cast<void>(decode_unmasking(self, unmasking)), Error);
}

TEST_CASE("a masked update comes back from its bytes, with 4 or 8 of them a word") {
  const MaskedPayload dense{.dimension = 2, .mask_seed = std::nullopt, .fraction_bits = 20, .ring_bits = 64, .words = {1, ~0ULL, 3}};
  CHECK(encode(dense).size() == 32 + 3 * 8);
  CHECK(decode_masked(encode(dense)) == dense);
  const MaskedPayload seeded{.dimension = 9, .mask_seed = 77, .fraction_bits = 8, .ring_bits = 32, .words = {1, 0xffffffff, 3}};
  CHECK(encode(seeded).size() == masked_bytes(2, 32));
  CHECK(decode_masked(encode(seeded)) == seeded);
}

TEST_CASE("bytes that are no masked update are refused") {
  const MaskedPayload dense{.dimension = 2, .mask_seed = std::nullopt, .fraction_bits = 20, .ring_bits = 64, .words = {1, 2, 3}};
  const Bytes bytes = encode(dense);
  const auto with = [&](std::size_t place, int value) {
    Bytes altered = bytes;
    altered[place] = static_cast<std::byte>(value);
    return altered;
  };
  CHECK_THROWS_AS(static_cast<void>(decode_masked(ByteView(bytes).first(55))), Error);
  CHECK_THROWS_AS(static_cast<void>(decode_masked(with(0, 'Q'))), Error);
  CHECK_THROWS_AS(static_cast<void>(decode_masked(with(4, 1))), Error);
  CHECK_THROWS_AS(static_cast<void>(decode_masked(with(5, 2))), Error);
  CHECK_THROWS_AS(static_cast<void>(decode_masked(with(7, 1))), Error);
  CHECK_THROWS_AS(static_cast<void>(decode_masked(with(8, 3))), Error);   // publishes less than it could
  CHECK_THROWS_AS(static_cast<void>(decode_masked(with(16, 1))), Error);  // a seed without a mask
}
