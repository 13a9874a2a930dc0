// Carries out the probes of a run once it has ended: each attack on each thing that an observer has is a job of the pool.
#pragma once

#include <vector>

#include "core/collaboration/personal_results.hpp"
#include "core/compute/pool.hpp"
#include "core/probing/findings.hpp"
#include "core/record/recorder.hpp"

namespace polyclinic {

struct ProbeJobs {
  std::vector<Job<Findings>> attacks;  // in the order in which they are recorded
  std::int64_t images = 0;             // reconstructions kept of each attack and round
  at::Tensor mean_image;               // of the attacker's public images; undefined: the records are no images
};

// Of each probe of the chain, in the scenario's order. Waits for the chain's models. `personal`: the jobs of
// start_personal_results() for this chain, whose models are attacked too.
[[nodiscard]] std::vector<ProbeJobs> start_probes(const ChainLearning& learning, const std::vector<PersonalJob>& personal, Pool& pool);

}  // namespace polyclinic
