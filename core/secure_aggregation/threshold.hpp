// How many of a round's participants each phase of secure aggregation needs, and shares open a secret.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace polyclinic {

// ceil(share * participants), at least 1; 0.6 of 5 is 3, although their product in doubles is a little more.
[[nodiscard]] inline std::int64_t share_threshold(double share, std::int64_t participants) {
  const double whole = std::ceil(share * static_cast<double>(participants) - 1e-9);
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(whole));
}

}  // namespace polyclinic
