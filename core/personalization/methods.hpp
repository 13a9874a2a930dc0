// The methods, for the table of kinds alone; each is described at the top of the file that implements it.
#pragma once

#include <memory>

#include "core/personalization/personalizer.hpp"

namespace polyclinic {

using PersonalizerPointer = std::shared_ptr<const Personalizer>;

[[nodiscard]] PersonalizerPointer make_fine_tune(const PersonalizationConfig& config, PersonalSetting setting);
[[nodiscard]] PersonalizerPointer make_head(const PersonalizationConfig& config, PersonalSetting setting);
[[nodiscard]] PersonalizerPointer make_ditto(const PersonalizationConfig& config, PersonalSetting setting);
[[nodiscard]] PersonalizerPointer make_apfl(const PersonalizationConfig& config, PersonalSetting setting);
[[nodiscard]] PersonalizerPointer make_own_normalization(const PersonalizationConfig& config, PersonalSetting setting);
[[nodiscard]] PersonalizerPointer make_interpolation(const PersonalizationConfig& config, PersonalSetting setting);

}  // namespace polyclinic
