// The steps that a method takes on the institution's own model in a round of the collaboration: as many as that itself takes.
#pragma once

#include "core/personalization/personalizer.hpp"

namespace polyclinic {

// `setting`'s training, at `config`'s learning rate or, where that is 0, at its own; in either case with the chain's schedule.
[[nodiscard]] TrainingConfig own_training(const PersonalizationConfig& config, const PersonalSetting& setting);

// round.state's own model (at first the initial one) trained for one round; the optimizer's moments are carried from round to
// round. With an empty objective that is the local baseline's round, job for job, where round.seed is the baseline's.
[[nodiscard]] TrainResult take_own_steps(const TrainingConfig& training, const PersonalSetting& setting,
                                         const PersonalRound& round, LocalObjective objective, const Pool& pool);

// The first coordinates of `model`, without buffers.
[[nodiscard]] at::Tensor weights_of(const ParameterSet& model);
[[nodiscard]] const ParameterSet& own_or_initial(const PersonalState& state, const PersonalSetting& setting);

}  // namespace polyclinic
