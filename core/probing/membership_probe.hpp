// Membership inference on what a chain leaves behind: its common model, the members' personal ones, and the updates that each published.
#pragma once

#include <string>
#include <vector>

#include "core/collaboration/personal_results.hpp"
#include "core/probing/answers.hpp"
#include "core/probing/findings.hpp"

namespace polyclinic {

// One probe's attacks of this family; in the pool. The last job holds the findings, those before it train shadow models. Besides what the
// run left behind ("model", or "completed" where a part of the common one is private; "personal NAME"; "updates") the procedure is attacked
// ("procedure"): each shadow model in turn is the target of the others, whose records' membership was an independent coin flip. There
// measured leakage can be held against what differential privacy allows; elsewhere membership followed from the partition, and the two are
// not comparable. Of what members keep to themselves nothing is given to the attacker, whatever the probe's tier: see Completion.
[[nodiscard]] Job<Findings> start_membership(const ProbePlan& probe, const std::vector<std::string>& attacks,
                                             const ChainLearning& learning, const std::vector<PersonalJob>& personal, Pool& pool);

}  // namespace polyclinic
