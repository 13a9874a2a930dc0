// Curves of several runs over one axis, as a mean and its interval.
#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace polyclinic {

using Steps = std::vector<std::pair<double, double>>;  // (x, y) in order of x: y holds from x on, until the next one

struct Band {
  std::vector<double> x, mean, low, high;  // low and high: NaN where there is one run
};

// Every run holds its last value until its next one, and the final one for ever after. The grid is every x of any run, from
// where all runs have a value; of more than `most` (at least 2) so many at equal distances in their order, first and last
// among them. At each: the mean over runs and its 95 % confidence interval (statistics.hpp). Runs without a value are left
// out.
[[nodiscard]] Band band_of(std::span<const Steps> runs, std::size_t most = 240);

// The share of `values` (not NaN) that are at most x, as steps from 0 to 1.
[[nodiscard]] Band distribution_of(std::vector<double> values, std::size_t most = 240);

}  // namespace polyclinic
