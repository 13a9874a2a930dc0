// Which chains of a run train on the same records.
#pragma once

#include "core/collaboration/plan.hpp"

namespace polyclinic {

// Both take shares of one data set, and the shares overlap ([chain.data] dataset, path, from, to): some institution of `left` may hold
// records that some institution of `right` holds. (Each chain deals its rows out by its own seed, so that not all of them are the same,
// and an institution's may be another one's on the other chain. Phantoms are every chain's own.)
[[nodiscard]] bool share_records(const ChainPlan& left, const ChainPlan& right);

}  // namespace polyclinic
