// The bytes of a masked update. masked_payload.cpp describes the format.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/base/bytes.hpp"
#include "core/secure_aggregation/fixed_point.hpp"

namespace polyclinic {

struct MaskedPayload {
  std::int64_t dimension = 0;              // coordinates that the policy may publish
  std::optional<std::uint64_t> mask_seed;  // set: of the public mask that chose among them, the same for all members
  std::int64_t fraction_bits = 0;
  std::int64_t ring_bits = 64;
  Words words;                             // one for each coordinate published, and the samples
  bool operator==(const MaskedPayload&) const = default;
};

inline constexpr std::size_t masked_header_bytes = 32;
[[nodiscard]] std::uint64_t masked_bytes(std::int64_t coordinates, std::int64_t ring_bits);

[[nodiscard]] Bytes encode(const MaskedPayload& payload);
// Throws Error for bytes that encode() cannot have written.
[[nodiscard]] MaskedPayload decode_masked(ByteView bytes);

}  // namespace polyclinic
