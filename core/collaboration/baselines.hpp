// What the collaboration is compared with, on the same rows, from the same initial model, with the same budget of epochs:
// all training rows in one place, and each institution alone. Nothing of theirs is published: they train without DP-SGD, also
// where the collaboration has it, which shows what it costs. Pool jobs like the rest; their clock is the simulation's.
#pragma once

#include <cstdint>
#include <vector>

#include "core/collaboration/plan.hpp"
#include "core/compute/pool.hpp"
#include "core/learning/evaluation.hpp"

namespace polyclinic {

// A baseline after some rounds. Metrics are NaN where the round was not evaluated.
struct BaselinePoint {
  std::int64_t round = 0;             // 0: the initial model
  std::int64_t samples = 0;           // trained on so far
  double train_loss = 0.0;            // NaN in round 0 and in rounds without a step
  Metrics test;                       // on the global test rows
  Metrics local;                      // local-only: on the institution's own test rows
};

struct BaselineRun {
  std::vector<BaselinePoint> points;  // by round, from 0
  ParameterSet final_model;
};

// One machine with everybody's training rows: in each round, the collaboration's epochs over the pooled rows; where only
// k of n institutions take part in a round, k/n of them, in whole steps that add up over the rounds.
[[nodiscard]] Job<BaselineRun> start_centralized(ChainPlanPointer plan, const EvaluationConfig& evaluation, Pool& pool);

// `member` alone with its own rows: the data-scarce baseline. The same budget per row.
[[nodiscard]] Job<BaselineRun> start_local(ChainPlanPointer plan, InstitutionId member,
                                           const EvaluationConfig& evaluation, Pool& pool);

// Of start_local()'s jobs, which divide it by round.
[[nodiscard]] Seed local_seed(const ChainPlan& plan, InstitutionId member);

// The members that train alone: all, or `count` of them evenly spaced.
[[nodiscard]] std::vector<InstitutionId> local_members(const ChainPlan& plan, std::int64_t count);

// Whether the model after `round` rounds (of `rounds`) is measured.
[[nodiscard]] bool is_evaluated(const EvaluationConfig& evaluation, std::int64_t round, std::int64_t rounds);

}  // namespace polyclinic
