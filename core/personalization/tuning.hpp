// Own epochs from a given model, of which validation keeps the best.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "core/personalization/personalizer.hpp"

namespace polyclinic {

struct TuningPlan {
  TrainingConfig training;           // one epoch a call, at a constant learning rate
  std::int64_t epochs = 0;
  std::int64_t patience = 0;         // epochs in a row without a better validation loss until it stops; 0: it does not
  std::vector<at::Tensor> parts;     // masks over the layout that take turns, epoch by epoch, each with an optimizer state of
                                     // its own; an undefined one: everything
};

// `config`'s epochs and patience, at its learning rate or, where that is 0, the chain's (before any schedule).
[[nodiscard]] TuningPlan tuning_plan(const PersonalizationConfig& config, const PersonalSetting& setting,
                                     std::vector<at::Tensor> parts);

// The model after as many epochs, from 0 (`end.collaborative` itself) on, as have the least loss on the validation rows; the
// fewer of two that are equal. Without validation rows: after all of them. Draws from end.seed / "tune" alone, so that methods
// compare on the same order of rows.
[[nodiscard]] PersonalModel tuned(const TuningPlan& plan, const PersonalSetting& setting, const PersonalEnd& end,
                                  const Pool& pool);

// If no patience ends it.
[[nodiscard]] PersonalVolume tuning_volume(const TuningPlan& plan, const OwnRows& rows);

}  // namespace polyclinic
