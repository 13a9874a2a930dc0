// Coordinates on their way out, while the steps of a policy work on them.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace polyclinic {

struct Selection {
  std::int64_t dimension = 0;                          // shareable coordinates
  std::optional<std::vector<std::uint32_t>> positions; // sorted, into the shareable coordinates; none: all of them
  at::Tensor values;                                   // float32, one for each position
  std::optional<std::uint64_t> mask_seed;              // set: positions are public_mask(mask_seed, dimension, count)
};

}  // namespace polyclinic
