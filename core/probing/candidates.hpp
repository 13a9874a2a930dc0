// Records of which an attacker would like to know whether a chain was trained on them: as many that it was, drawn from the members'
// training rows, as that it was not, withheld rows of the same institutions.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/ids.hpp"
#include "core/base/seed.hpp"
#include "core/collaboration/plan.hpp"
#include "core/data/dataset.hpp"

namespace polyclinic {

// One institution's. The rest of its training rows, which nobody asks about, is `fixed`.
struct InstitutionCandidates {
  InstitutionId institution;
  Rows rows;                         // candidates: the first `members` of them were trained on
  std::int64_t members = 0;
  Rows fixed;
};

// Of the institutions that a probe attacks (sorted); min(training, withheld) rows of each kind. `withheld`: its test rows, and its
// validation rows too unless a personal model is chosen by them.
[[nodiscard]] std::vector<InstitutionCandidates> draw_candidates(const ChainPlan& plan, const std::vector<InstitutionId>& victims,
                                                                 bool with_validation, Seed seed);

// All of them, in order, and whether each was trained on.
[[nodiscard]] Rows rows_of(const std::vector<InstitutionCandidates>& candidates);
[[nodiscard]] std::vector<bool> membership_of(const std::vector<InstitutionCandidates>& candidates);

}  // namespace polyclinic
