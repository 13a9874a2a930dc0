// An update's float32 numbers at coordinates that all know: everything that may leave, or a public mask of it. What can be added up
// without looking at who published what.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>

#include "core/base/bytes.hpp"
#include "core/sharing/policy.hpp"

namespace polyclinic {

struct PublicUpdate {
  std::int64_t dimension = 0;              // coordinates that may leave
  std::optional<std::uint64_t> mask_seed;  // of the public mask; none: all of them are published
  at::Tensor values;                       // float32, in the order of their coordinates
};

// Throws Error for bytes that are no update over `dimension` coordinates, and for one that publishes coordinates of its own choice,
// numbers of another kind, or a control variate.
[[nodiscard]] PublicUpdate read_public(ByteView payload, std::int64_t dimension);
// The bytes that a policy makes of these numbers.
[[nodiscard]] Bytes encode(const PublicUpdate& update);
// Coordinates that each update of such a policy publishes.
[[nodiscard]] std::int64_t public_coordinates(const SharePolicy& policy);

}  // namespace polyclinic
