// A round's updates side by side: the values of each coordinate, or the same stretch of each update.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/sharing/mean.hpp"

namespace polyclinic {

// out.size() of the payload's numbers from number `first` on, times its scale. Throws Error for one that is not finite.
void read_scaled(const WeightedPayload& payload, std::size_t first, std::span<float> out);

// From a coordinate's uploaded values, in the order of the payloads, which it may reorder, to the one that they combine to.
using CombineColumn = std::function<float(std::span<float> values)>;

// `combine` of each coordinate that has an uploader. Reads each payload once, in blocks of coordinates that stay in the
// second-level cache. Throws Error as mean_update() does.
[[nodiscard]] MeanUpdate combine_columns(const std::vector<WeightedPayload>& payloads, std::int64_t dimension,
                                         const CombineColumn& combine);

// The median of at least one value; of an even number, the mean of the middle two. Reorders them.
[[nodiscard]] double median_of(std::span<float> values);
[[nodiscard]] double median_of(std::span<double> values);

}  // namespace polyclinic
