// Masks: streams of ChaCha20 that are added to words, or subtracted from them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/secure_aggregation/fixed_point.hpp"
#include "core/secure_aggregation/secret_sharing.hpp"

namespace polyclinic {

struct Mask {
  Secret seed{};
  bool is_subtracted = false;
};

// The words with all of these masks. A mask that is added and one that is subtracted, of the same seed, leave nothing.
[[nodiscard]] Words masked(Words words, std::span<const Mask> masks, const FixedPoint& format);

// Sum of two vectors of the same length in the ring. Throws Error for different lengths.
[[nodiscard]] Words added(Words left, std::span<const std::uint64_t> right, const FixedPoint& format);

}  // namespace polyclinic
