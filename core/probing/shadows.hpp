// Shadow models: the whole collaboration again, on records of which the attacker knows which were trained on.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/collaboration/chain_learning.hpp"
#include "core/compute/pool.hpp"
#include "core/leakage/evidence.hpp"
#include "core/probing/candidates.hpp"

namespace polyclinic {

// What a collaboration left behind that can be asked about candidates.
struct Remains {
  ParameterSet model;                                 // the common one after the last round
  std::vector<ParameterSet> personal;                 // by institution of the candidates, then by method; no numbers where not asked for
  std::vector<std::vector<ObservedUpdate>> updates;   // by institution of the candidates: what it published, oldest first
};

// What shadows and their target have in common.
struct ShadowSetting {
  ChainPlanPointer plan;
  std::vector<InstitutionCandidates> candidates;
  std::vector<GuidancePointer> guidance;              // what other chains had given the model, by round
  bool wants_model = true;                            // its private part completed
  bool wants_personal = false;
  bool wants_updates = false;
};

// For each of an even number of shadows whether it trains on each candidate, in the order of membership_of(). A shadow tosses a fair coin for
// each candidate; the next one has the opposite of all, so that over all shadows each is in exactly half of them.
[[nodiscard]] std::vector<std::vector<bool>> toss_coins(std::int64_t shadows, std::int64_t candidates, Seed seed);
// Changes one coin wherever an institution of few records would have none left to train on, in a shadow and in its complement.
void leave_nobody_empty(std::vector<std::vector<bool>>& coins, const std::vector<InstitutionCandidates>& candidates);

// The plan of the same chain on the members' fixed rows and those candidates that `is_in` says.
[[nodiscard]] ChainPlanPointer resampled(const ShadowSetting& setting, const std::vector<bool>& is_in, Seed seed);

// The chain's own procedure on the members' fixed rows and those candidates that `is_in` says: the same initial model, participants,
// rounds, algorithm, sharing and aggregation, with draws of its own. Rounds are synchronous, nobody is late or hostile, and methods of
// personalization that need what a member learns alone are left out: that the chain does the same is the caller's to check. In the
// calling thread.
[[nodiscard]] Remains run_shadow(const ShadowSetting& setting, const std::vector<bool>& is_in, Seed seed, Pool& pool);

}  // namespace polyclinic
