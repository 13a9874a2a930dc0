// What several steps do to values, and the settings that they share.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <vector>

#include "core/scenario/scenario.hpp"
#include "core/sharing/selection.hpp"

namespace polyclinic {

// `values` cut to [-gamma, gamma]; gamma = 0: as they are.
[[nodiscard]] at::Tensor clipped(const at::Tensor& values, double gamma);

// The `count` places of largest magnitude, sorted; among equals, the lower place. Every value must be finite.
[[nodiscard]] std::vector<std::uint32_t> largest_places(std::span<const float> values, std::int64_t count);

// `selection` narrowed to some of its places (sorted).
[[nodiscard]] Selection narrowed(const Selection& selection, const std::vector<std::uint32_t>& places);

// sharing.fraction, once it is known to lie in (0, 1]; throws UsageError.
[[nodiscard]] double valid_fraction(const SharingConfig& config);

}  // namespace polyclinic
