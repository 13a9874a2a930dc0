#include <algorithm>
#include <cmath>

#include "core/auxiliary/weights/weight.hpp"

namespace polyclinic {
namespace {

struct Kind {
  NamedKind named;
  WeightFactor factor;
  bool looks_at_body;
};

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> table = {
      {{"fixed", "1: scale as it is"}, fixed_weight, false},
      {{"decay", "halves every half_life_rounds, from the first round with the source's knowledge"}, decaying_weight, false},
      {{"cka", "what the source's body tells of the reference rows' classes, beyond chance and an untrained body"}, cka_weight, true},
      {{"cosine", "cosine of the two bodies' ways from the initial one, at least 0"}, cosine_weight, true},
  };
  return table;
}

Kind find(const std::string& name) { return find_kind(kinds(), "auxiliary.weight", name); }

}  // namespace

std::vector<NamedKind> auxiliary_weights() { return named_kinds(kinds()); }

Weight weight_of(const Lesson& lesson, const ParameterSet& parameters, Seed seed, const Pool& pool) {
  Weight weight{lesson.config.scale, std::numeric_limits<double>::quiet_NaN()};
  if (lesson.config.scale == 0.0) return weight;
  for (const std::string& name : lesson.config.weight) {
    const Weight factor = find(name).factor(lesson, parameters, seed / name, pool);
    weight.value *= factor.value;
    if (!std::isnan(factor.similarity)) weight.similarity = factor.similarity;
  }
  return weight;
}

bool weighs_body(const AuxiliaryConfig& config) {
  return std::ranges::any_of(config.weight, [](const std::string& name) { return find(name).looks_at_body; });
}

}  // namespace polyclinic
