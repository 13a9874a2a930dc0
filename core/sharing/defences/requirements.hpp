// What a defence asks of the rest of a scenario.
#pragma once

#include "core/scenario/scenario.hpp"
#include "core/sharing/policy.hpp"

namespace polyclinic {

// The part of check_defence() that does not depend on the chain's members. SCAFFOLD's control variates are a plain sum that
// no defence watches over, so that only none and scoring, which keeps whole updates out, fit it.
void require_fitting_defence(const CollaborationConfig& config, const SharePolicy& policy);

// The fewest and the most updates that are combined at a time.
struct UpdateRange {
  std::int64_t fewest = 0;
  std::int64_t most = 0;
};
[[nodiscard]] UpdateRange combined_updates(const CollaborationConfig& config, std::int64_t members);

}  // namespace polyclinic
