// Configurations of the learning as text, every key with its value: equal texts, equal configurations.
#pragma once

#include <string>

#include "core/scenario/scenario.hpp"

namespace polyclinic {

[[nodiscard]] std::string config_text(const ModelConfig& config);
[[nodiscard]] std::string config_text(const TrainingConfig& config);

}  // namespace polyclinic
