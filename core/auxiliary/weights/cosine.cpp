#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>

#include <algorithm>
#include <cmath>

#include "core/auxiliary/weights/weight.hpp"
#include "core/learning/similarity.hpp"

namespace polyclinic {

Weight cosine_weight(const Lesson& lesson, const ParameterSet& parameters, Seed, const Pool&) {
  if (!lesson.body) return {.value = 0.0};
  const at::Tensor& start = lesson.pupil.initial.flat();
  const double cosine = masked_cosine(parameters.flat() - start, lesson.body->numbers - start, lesson.body->mask);
  if (std::isnan(cosine)) return {};
  return {.value = std::max(cosine, 0.0), .similarity = cosine};
}

}  // namespace polyclinic
