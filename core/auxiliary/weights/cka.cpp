#include <ATen/core/Tensor.h>
#include <ATen/ops/where.h>

#include <algorithm>
#include <cmath>

#include "core/auxiliary/weights/weight.hpp"
#include "core/learning/remembered.hpp"
#include "core/learning/similarity.hpp"

namespace polyclinic {
namespace {

constexpr std::int64_t permutations = 199;

ParameterSet with_body(const ParameterSet& parameters, const BodyOverlay& body) {
  return {parameters.layout(), at::where(body.mask.gt(0.0), body.numbers, parameters.flat())};
}

}  // namespace

Weight cka_weight(const Lesson& lesson, const ParameterSet&, Seed seed, const Pool& pool) {
  if (!lesson.body) return {.value = 0.0};
  const Pupil& pupil = lesson.pupil;
  const std::int64_t classes = pupil.collection.task.classes;
  const at::Tensor labels = lesson.reference.labels();
  const auto features = [&](const ParameterSet& parameters) {
    return extract_features(*pupil.model, parameters, lesson.reference, pupil.collection, pool);
  };
  const Similarity source =
      measured_alignment(features(with_body(pupil.initial, *lesson.body)), labels, classes, permutations, seed);
  const double untrained = alignment(features(pupil.initial), labels, classes);
  const double floor = std::isnan(untrained) ? source.null_95 : std::max(source.null_95, untrained);
  return {.value = gate(source.value, floor), .similarity = source.value};
}

}  // namespace polyclinic
