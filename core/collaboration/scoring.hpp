// What a member thinks of another's update: whether its own validation rows suffer from it. (Validation by other clients'
// data, as in Zhao et al. 2020, Shielding collaborative learning; here the votes stand on the chain.)
#pragma once

#include <cstdint>

#include "core/collaboration/member_round.hpp"

namespace polyclinic {

struct Score {
  double loss_before = 0.0;           // mean loss of the global model, with the scorer's own private part ...
  double loss_after = 0.0;            // ... and of that plus the update's published coordinates
  bool accepted = false;              // the loss grows by no more than collaboration.score_tolerance
};

// The scorer's validation rows, or its training rows where it has none.
[[nodiscard]] const Rows& scoring_rows(const ChainPlan& plan, InstitutionId scorer);
// Two forward passes over them.
[[nodiscard]] double scoring_flops(const ChainPlan& plan, InstitutionId scorer);
// `scorer`: who scores, and its state; `update` was trained from `model`. An update that makes the loss infinite or not a
// number is not accepted. Throws Error for bytes that are no update.
[[nodiscard]] Score score_update(const RoundTask& scorer, const GlobalModel& model, const SharedUpdatePointer& update,
                                 Pool& pool);

}  // namespace polyclinic
