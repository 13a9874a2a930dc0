// What can be said of a published update without attacking it.
#pragma once

#include "core/base/ids.hpp"
#include "core/collaboration/plan.hpp"
#include "core/record/leakage_rows.hpp"
#include "core/sharing/policy.hpp"

namespace polyclinic {

// How an update was narrowed down, in a word: "full", "top_k 0.1", "layers random 0.3 float16".
[[nodiscard]] std::string policy_name(const SharingConfig& config);

// `rounds`: closed before the update was made. The records behind it are the member's training rows: their numbers are the unknowns,
// what is published of the model's weights the equations; enough of them are necessary for an exact solution, not sufficient.
[[nodiscard]] SimpleLeakageRow simple_leakage(const ChainPlan& plan, InstitutionId member, std::int64_t rounds, const Egress& egress);

}  // namespace polyclinic
