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

// Those at `places`, counted from 0, of some rows.
[[nodiscard]] Rows some_of(const Rows& rows, const std::vector<std::int64_t>& places);

// One institution's. The rest of its training rows, which nobody asks about, is `fixed`.
struct InstitutionCandidates {
  InstitutionId institution;
  Rows rows;                         // candidates: the first `members` of them were trained on
  std::int64_t members = 0;
  Rows fixed;
  Rows population;                   // other withheld rows: known to be nobody's members
};

// Of the institutions that a probe attacks (sorted). Withheld are its test rows, and its validation rows too unless a personal model
// is chosen by them. A fifth of these becomes the population; of the rest and of the training rows equally many are candidates.
[[nodiscard]] std::vector<InstitutionCandidates> draw_candidates(const ChainPlan& plan, const std::vector<InstitutionId>& victims,
                                                                 bool with_validation, Seed seed);

// Of all of them, in order, whether each was trained on.
[[nodiscard]] std::vector<bool> membership_of(const std::vector<InstitutionCandidates>& candidates);

}  // namespace polyclinic
