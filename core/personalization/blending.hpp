// Models on the straight line between two.
#pragma once

#include "core/learning/parameters.hpp"

namespace polyclinic {

// alpha * own + (1 - alpha) * common, coordinate by coordinate, buffers too. With alpha 0 and 1 exactly one of the two.
[[nodiscard]] ParameterSet blended(const ParameterSet& own, const ParameterSet& common, double alpha);

}  // namespace polyclinic
