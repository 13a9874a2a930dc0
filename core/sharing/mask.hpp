// Which coordinates a fraction means, and masks that everybody can draw from a public seed.
#pragma once

#include <cstdint>
#include <vector>

namespace polyclinic {

// How many of `dimension` coordinates `fraction` (0 to 1) asks for: the nearest whole number (halves upwards), at least 1
// as long as there is a coordinate. The one rule of all steps. (Not ceil: 0.07 * 100 is 7.000000000000001 in doubles.)
[[nodiscard]] std::int64_t published_count(double fraction, std::int64_t dimension);

// `count` of the coordinates 0 .. dimension-1, sorted, every subset equally likely: Floyd's sampling (Bentley and Floyd
// 1987, A sample of brilliance) on Random(Seed(seed)), of those left out where they are fewer. Needs count <= dimension <
// 2^32.
[[nodiscard]] std::vector<std::uint32_t> public_mask(std::uint64_t seed, std::int64_t dimension, std::int64_t count);

}  // namespace polyclinic
