// How a chain protects the records behind its members' updates, in the accountant's terms: whom it protects, by what noise, and
// how often.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/ids.hpp"
#include "core/collaboration/plan.hpp"
#include "core/privacy/releases.hpp"

namespace polyclinic {

struct Protection {
  std::string unit;                    // record, institution; empty: no noise is added
  std::string adjacency;
  std::string sampling;
  std::string mechanism;
  std::string reason;                  // why no epsilon holds all the same; empty: one does
};

// DP-SGD protects a record (sampled by coins of its own that nobody else sees; records are added or removed, their number is
// taken as public). Clipping and noise on the update, or the sparse vector technique, protect all that an institution has at
// once. An update carries its author's name, so that who takes part in a round is public: sampling institutions hides nobody,
// whatever collaboration.participants is, and every update counts in full. With both, the unit is the record and the update's
// own noise is not counted.
//
// No epsilon holds where something else that depends on the records leaves: prototypes for another chain, votes of
// collaboration.defence = "scoring", control variates beside updates that are protected only as a whole. What stays inside (a
// private part, personal models) needs no protection under institution-level noise; under DP-SGD it is trained by the same
// clipped and noisy steps as the rest, or it would change the gradients of others through the back door.
[[nodiscard]] Protection protection_of(const ChainPlan& plan);

// Updates that `member` shares in all; none where the mode leaves that open.
[[nodiscard]] std::optional<std::int64_t> planned_updates(const ChainPlan& plan, InstitutionId member);

// What so many updates of `member` are to the accountant; empty where no noise is added. Of DP-SGD every local step counts.
[[nodiscard]] Releases releases_of(const ChainPlan& plan, InstitutionId member, std::int64_t updates);

// Puts the noise multiplier that privacy.epsilon needs into the plan's config, such that the member with most to lose spends no
// more over the whole collaboration; nothing where there is no epsilon to keep to. Members, rounds and, for DP-SGD, data must be
// planned; without data (a replay) DP-SGD's multiplier stays as it is. Throws UsageError where no noise is enough.
void search_noise(ChainPlan& plan);

// Throws UsageError where privacy.delta is not below one over the units that are protected: the records of an institution, or
// the institutions. With more, publishing one of them in the clear would count as private.
void require_small_delta(const ChainPlan& plan);

}  // namespace polyclinic
