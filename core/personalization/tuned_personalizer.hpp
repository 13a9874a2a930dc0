// What fine_tune, head and bn have in common: own epochs after the collaboration, of some part of the model.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "core/personalization/methods.hpp"

namespace polyclinic {

// `parts`: as in TuningPlan.
[[nodiscard]] PersonalizerPointer make_tuned_personalizer(const PersonalizationConfig& config, PersonalSetting setting,
                                                          std::vector<at::Tensor> parts);

}  // namespace polyclinic
