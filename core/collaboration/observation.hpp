// Measuring models on test rows: an observation, it costs no simulated time and changes nothing.
#pragma once

#include <functional>
#include <vector>

#include "core/base/ids.hpp"
#include "core/collaboration/plan.hpp"
#include "core/compute/pool.hpp"
#include "core/learning/evaluation.hpp"

namespace polyclinic {

struct MemberObservation {
  InstitutionId institution;
  Metrics local;                      // on its own test rows
};

struct Observation {
  Metrics test;                       // on the global test rows
  std::vector<MemberObservation> members;
};

// A member and the parameters that it uses, asked for when its turn comes: a thousand members' models are never there at once.
struct ObservedModel {
  InstitutionId institution;
  std::function<ParameterSet()> parameters;
  bool trained = true;                // false: its private part is still the initial one
};

// One model for all: measured once on the global rows, and on the own rows of each of `members`.
[[nodiscard]] Observation observe_common(const ChainPlan& plan, const ParameterSet& parameters,
                                         const std::vector<InstitutionId>& members, const Pool& pool);

// Models that differ by member, because part of them is private or all of it their own: the global figure is the mean over
// the members' models, weighted by their training rows (those that never trained left out, unless all are), since there is no
// complete model that everybody shares.
[[nodiscard]] Observation observe_personal(const ChainPlan& plan, const std::vector<ObservedModel>& models,
                                           bool on_own_rows, Pool& pool);

}  // namespace polyclinic
