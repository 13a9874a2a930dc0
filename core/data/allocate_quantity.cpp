#include <algorithm>
#include <cmath>

#include "core/data/allocation.hpp"
#include "core/data/demand.hpp"

namespace polyclinic {

Allocation allocate_quantity(const AllocationRequest& request, Seed seed) {
  const double sigma = request.config.sigma;
  demand(sigma >= 0.0 && sigma <= 10.0, "partition.sigma is {}, allowed are 0 to 10", sigma);
  Random random(seed / "sizes");
  std::vector<double> weights(request.institutions.size());
  std::generate(weights.begin(), weights.end(), [&] { return std::exp(sigma * random.normal()); });
  const std::vector<std::int64_t> sizes = apportioned(weights, static_cast<std::int64_t>(request.strata.size()));
  return topped_up(cut(shuffled(every_row(request), seed / "rows"), sizes), request.needed);
}

}  // namespace polyclinic
