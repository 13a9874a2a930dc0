// The small chain with protected updates.
#pragma once

#include "tests/core/collaboration/small_chain.hpp"

namespace polyclinic::test {

inline Scenario with_noisy_update(Scenario scenario, double noise_multiplier) {
  SharingConfig& sharing = scenario.chains.front().sharing;
  sharing.steps = {"clip_norm", "noise"};
  sharing.clip_norm = 0.5;
  sharing.noise_multiplier = noise_multiplier;
  return scenario;
}

inline Scenario with_dp_sgd(Scenario scenario, double noise_multiplier) {
  TrainingConfig& training = scenario.chains.front().training;
  training.sample_clip_norm = 1.0;
  training.noise_multiplier = noise_multiplier;
  return scenario;
}

}  // namespace polyclinic::test
