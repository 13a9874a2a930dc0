// Sums of independent variables on a circle of equal cells.
#pragma once

#include <cstdint>
#include <vector>

namespace polyclinic {

// The probabilities of one variable, by its cell, and how many independent copies of it are added.
struct CircularVariable {
  std::vector<double> probabilities;
  std::int64_t copies = 1;
};

// The probabilities of the sum of all copies of all variables, where cells are counted modulo their number: by the fast Fourier
// transform, in double precision, to about 1e-16 a cell times the copies. All variables have one number of cells.
[[nodiscard]] std::vector<double> distribution_of_sum(const std::vector<CircularVariable>& variables);

}  // namespace polyclinic
