// How much a source counts: AuxiliaryConfig::scale times factors by name. A new factor is a new file beside this one and a line in
// table.cpp.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "core/auxiliary/lesson.hpp"
#include "core/base/named_kind.hpp"
#include "core/base/seed.hpp"

namespace polyclinic {

struct Weight {
  double value = 1.0;
  double similarity = std::numeric_limits<double>::quiet_NaN();  // what a measuring factor read; NaN: none did
};

// `parameters`: the receiving chain's model in that round.
using WeightFactor = Weight (*)(const Lesson& lesson, const ParameterSet& parameters, Seed seed, const Pool& pool);

// 1.
[[nodiscard]] Weight fixed_weight(const Lesson& lesson, const ParameterSet& parameters, Seed seed, const Pool& pool);
// 2^(-rounds_taught / half_life_rounds).
[[nodiscard]] Weight decaying_weight(const Lesson& lesson, const ParameterSet& parameters, Seed seed, const Pool& pool);
// Linear CKA by the unbiased estimator between what the source's body makes of the labelled reference rows and their classes, above
// the larger of what chance gives (the 0.95 quantile of 199 permutations) and what the receiving chain's untrained body reaches:
// (value - floor) / (1 - floor), at least 0. Features of two networks on the same rows are alike whatever the networks were
// trained for, so the measure asks what the source's training has added for this task. 0 as long as no body has arrived.
[[nodiscard]] Weight cka_weight(const Lesson& lesson, const ParameterSet& parameters, Seed seed, const Pool& pool);
// Cosine of the ways that the two bodies have gone from the receiving chain's initial one, at least 0: means something where both
// chains began alike (ChainConfig::initial). 1 until the receiving chain has moved, 0 as long as no body has arrived.
[[nodiscard]] Weight cosine_weight(const Lesson& lesson, const ParameterSet& parameters, Seed seed, const Pool& pool);

// The names that AuxiliaryConfig::weight may hold, with a line of description each.
[[nodiscard]] std::vector<NamedKind> auxiliary_weights();

// The product of the configured factors and scale; the similarity is the last one that was measured. With scale 0 nothing is
// measured. Throws UsageError for an unknown name.
[[nodiscard]] Weight weight_of(const Lesson& lesson, const ParameterSet& parameters, Seed seed, const Pool& pool);
// Whether a configured factor looks at the source's body.
[[nodiscard]] bool weighs_body(const AuxiliaryConfig& config);

}  // namespace polyclinic
