// Which reconstruction is of which image.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace polyclinic {

// The column of each row in a one-to-one assignment of least total cost; `costs` (n, n), finite. The Hungarian method (Kuhn 1955)
// with potentials, O(n^3). No package of Debian 12 offers it to C++ (SciPy's linear_sum_assignment is Python's).
[[nodiscard]] std::vector<std::int64_t> cheapest_assignment(const at::Tensor& costs);

// For each of `truths` the place of its reconstruction among `images`, both (n, channels, height, width): one-to-one, by least total
// squared error. All scores of a batch use this one assignment.
[[nodiscard]] std::vector<std::int64_t> match_images(const at::Tensor& truths, const at::Tensor& images);

}  // namespace polyclinic
