#include <cmath>

#include "core/auxiliary/weights/weight.hpp"

namespace polyclinic {

Weight fixed_weight(const Lesson&, const ParameterSet&, Seed, const Pool&) { return {}; }

Weight decaying_weight(const Lesson& lesson, const ParameterSet&, Seed, const Pool&) {
  return {.value = std::exp2(-static_cast<double>(lesson.rounds_taught) / lesson.config.half_life_rounds)};
}

}  // namespace polyclinic
