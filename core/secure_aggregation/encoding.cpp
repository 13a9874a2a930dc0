#include "core/secure_aggregation/encoding.hpp"

#include "core/base/error.hpp"

namespace polyclinic {
namespace {

void require_end(const ByteReader& reader, const char* what) {
  require(reader.empty(), "secure aggregation: bytes are left behind {}", what);
}

// Of members in their order.
InstitutionId next_member(ByteReader& reader, InstitutionId previous) {
  const InstitutionId member{reader.get<std::int32_t>()};
  require(previous < member, "secure aggregation: institution {} follows {}", member.value, previous.value);
  return member;
}

}  // namespace

Bytes encode(const Advertisement& keys) { return ByteWriter().put(keys.mask_key).put(keys.channel_key).take(); }

Bytes encode(const SealedShares& shares) {
  ByteWriter writer;
  for (const auto& [to, box] : shares.boxes) writer.put(to.value).put(box);
  return writer.take();
}

Bytes encode(const Unmasking& unmasking) {
  ByteWriter writer;
  for (const OpenedShare& share : unmasking.shares) {
    writer.put(share.owner.value).put(static_cast<std::uint8_t>(share.kind)).put(share.values);
  }
  return writer.take();
}

Advertisement decode_advertisement(InstitutionId member, ByteView bytes) {
  ByteReader reader(bytes);
  Advertisement keys{member, reader.get<CurveKey>(), {}};
  keys.channel_key = reader.get<CurveKey>();
  require_end(reader, "a member's keys");
  return keys;
}

SealedShares decode_shares(InstitutionId member, ByteView bytes) {
  ByteReader reader(bytes);
  SealedShares shares{member, {}};
  for (InstitutionId to; !reader.empty();) {
    to = next_member(reader, to);
    shares.boxes.emplace(to, reader.get<Sealed>());
  }
  return shares;
}

Unmasking decode_unmasking(InstitutionId member, ByteView bytes) {
  ByteReader reader(bytes);
  Unmasking unmasking{member, {}};
  for (InstitutionId owner; !reader.empty();) {
    owner = next_member(reader, owner);
    const auto kind = reader.get<std::uint8_t>();
    require(kind <= 1, "secure aggregation: {} is no kind of secret", kind);
    unmasking.shares.push_back({owner, static_cast<SecretKind>(kind), reader.get<Secret>()});
  }
  return unmasking;
}

}  // namespace polyclinic
