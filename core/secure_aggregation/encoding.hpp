// The bytes of a round's statements, as they lie on the ledger. Integers little-endian; institutions as 32 bits; lists without a
// length fill what is left. A member's own name is in the transaction that brings the bytes.
//
//   keys        mask key (32), channel key (32)
//   shares      of each other member that advertised keys: its name (4), the sealed shares for it (80)
//   unmasking   of each member that shared its secrets: its name (4), the kind of secret (1), the share (32)
#pragma once

#include "core/base/bytes.hpp"
#include "core/secure_aggregation/member.hpp"

namespace polyclinic {

[[nodiscard]] Bytes encode(const Advertisement& keys);
[[nodiscard]] Bytes encode(const SealedShares& shares);
[[nodiscard]] Bytes encode(const Unmasking& unmasking);

// Throw Error for bytes that are no such statement: another length, members out of order or repeated, an unknown kind.
[[nodiscard]] Advertisement decode_advertisement(InstitutionId member, ByteView bytes);
[[nodiscard]] SealedShares decode_shares(InstitutionId member, ByteView bytes);
[[nodiscard]] Unmasking decode_unmasking(InstitutionId member, ByteView bytes);

// Of what one member must be handed to read its own shares, from each of the others.
inline constexpr std::size_t own_box_bytes = 4 + sealed_bytes;

}  // namespace polyclinic
