// What personalization came to: each member's model by each method, measured on that member's own test rows, beside what the
// collaboration gave it and what it learns alone.
#pragma once

#include <utility>
#include <vector>

#include "core/collaboration/baselines.hpp"
#include "core/collaboration/chain_learning.hpp"
#include "core/compute/pool.hpp"
#include "core/record/recorder.hpp"
#include "core/record/rows.hpp"

namespace polyclinic {

// What one method made for one member.
struct PersonalResult {
  InstitutionId member;
  PersonalRow row;
  ParameterSet model;                // where models are recorded, or the chain is probed
};

using PersonalJob = Job<std::vector<PersonalResult>>;
using LocalJobs = std::vector<std::pair<InstitutionId, Job<BaselineRun>>>;

// One job a member, each with a result for every method in the scenario's order; to be called when the collaboration has ended.
// `local`: those members of which the run trains the local baseline: others' figures alone are NaN, and where a method needs
// what a member learns alone, it is trained here.
[[nodiscard]] std::vector<PersonalJob> start_personal_results(const ChainLearning& learning, const LocalJobs& local,
                                                              const RecordConfig& config, Pool& pool);

// A row each under /personalization/METHOD, and the models under /models/CHAIN/personalization/METHOD/INSTITUTION where asked
// for.
void record_personal_results(Recorder& recorder, const ChainPlan& plan, const RecordConfig& config,
                             const std::vector<PersonalResult>& results);

}  // namespace polyclinic
