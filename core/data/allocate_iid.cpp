#include "core/data/allocation.hpp"

namespace polyclinic {

Allocation allocate_iid(const AllocationRequest& request, Seed seed) {
  const std::size_t members = request.institutions.size();
  const std::int64_t fixed = request.config.rows_per_institution;
  const std::vector<std::int64_t> sizes =
      fixed > 0 ? std::vector<std::int64_t>(members, fixed)
                : apportioned(std::vector<double>(members, 1.0), static_cast<std::int64_t>(request.strata.size()));
  return cut(shuffled(every_row(request), seed / "rows"), sizes);
}

}  // namespace polyclinic
