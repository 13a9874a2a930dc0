// What a chain's model after some round has of other chains: how the model itself is changed, and what members train for besides
// their own rows. A pure function of what the chain's final blocks hold, so that all members compute the same.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/auxiliary/lesson.hpp"
#include "core/auxiliary/received.hpp"
#include "core/base/seed.hpp"
#include "core/learning/trainer.hpp"

namespace polyclinic {

// Of one source, as the result file tells it.
struct SourceGuidance {
  std::size_t source = 0;                // place among the chain's [[chain.auxiliary]]
  std::int64_t first_round = 0;          // rounds closed when its knowledge was used first
  std::int64_t model_round = -1;         // of the source's latest model; -1: none has arrived
  double weight = 0.0;
  double similarity = 0.0;               // NaN: not measured
};

struct Guidance {
  std::vector<SourceGuidance> sources;   // those of which something has arrived, in order
  LocalObjective objective;              // terms for every member's training
};
using GuidancePointer = std::shared_ptr<const Guidance>;

// Fixed for the whole run.
struct Classroom {
  Pupil pupil;
  std::vector<AuxiliaryConfig> configs;
  std::vector<Rows> references;          // by place among `configs`; none where it names none
  std::vector<SharingConfig> sharing;    // of the sources, likewise: how their prototypes are decoded
  Seed seed{0};
};

struct Guided {
  ParameterSet parameters;
  GuidancePointer guidance;
};
// The model after `rounds` rounds, and what came with the model before it (null: nothing yet). Where nothing has been received, or
// all scales are 0, the numbers are those of `parameters`, uncopied. Sources change the model one after another, in their order.
// Throws Error where an object does not fit the model (features, classes, reference rows).
[[nodiscard]] Guided guide(const Classroom& classroom, const ParameterSet& parameters, std::int64_t rounds, const Received& received,
                           const GuidancePointer& before, const Pool& pool);

// Adds the guidance's terms to a member's objective; null adds nothing.
void add_guidance(LocalObjective& objective, const GuidancePointer& guidance);

}  // namespace polyclinic
