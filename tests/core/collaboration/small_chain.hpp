// One small chain on a phantom, and rounds played by hand: no clock, no network.
#pragma once

#include "core/collaboration/chain_learning.hpp"

namespace polyclinic::test {

// Three institutions, two rounds of logistic regression on 8 x 8 pixels, everything shared.
[[nodiscard]] Scenario small_scenario();
[[nodiscard]] ChainPlanPointer plan_of(const Scenario& scenario);

// The same plan as another chain, over the shares from `from` to `to` of a data set's rows.
[[nodiscard]] ChainPlanPointer chain_of(const ChainPlanPointer& plan, std::int32_t id, double from, double to);

// Lets `members` train from the model after `round` rounds and closes the round with their updates.
void play_round(ChainLearning& learning, std::int64_t round, const std::vector<InstitutionId>& members);
// Plays all rounds with all members; the final global parameters.
[[nodiscard]] ParameterSet final_model(const Scenario& scenario, int threads = 2);

[[nodiscard]] bool same_bits(const ParameterSet& left, const ParameterSet& right);

}  // namespace polyclinic::test
