// The average of a round's shared updates, coordinate by coordinate over those who published it.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "core/sharing/codec.hpp"

namespace polyclinic {

struct WeightedPayload {
  PayloadView view;
  double weight = 0.0;  // above 0
  double scale = 1.0;   // its values count multiplied by this; the weight that they are divided by is unaffected
};

struct MeanUpdate {
  at::Tensor values;                    // float32 over the shareable coordinates, 0 where nobody published
  std::vector<std::uint8_t> published;  // 1 for each coordinate with an uploader; empty: all have one
};

// sum(weight * scale * value) / sum(weight) over the uploaders of each coordinate, summed in double precision in the order
// given and rounded once. Reads the payloads where they lie. Throws Error for coordinates out of order or numbers that are
// not finite.
[[nodiscard]] MeanUpdate mean_update(const std::vector<WeightedPayload>& payloads, std::int64_t dimension);

// The plain sum of the second sections (`size` numbers each), summed likewise.
[[nodiscard]] at::Tensor control_sum(const std::vector<WeightedPayload>& payloads, std::int64_t size);

}  // namespace polyclinic
