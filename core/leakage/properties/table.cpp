#include <algorithm>
#include <limits>

#include "core/leakage/properties/property_attack.hpp"

namespace polyclinic {
namespace {

struct PropertyAttackKind {
  NamedKind named;
  std::unique_ptr<const PropertyAttack> (*make)();
};

const std::vector<PropertyAttackKind>& kinds() {
  static const std::vector<PropertyAttackKind> table = {
      {{"label_histogram", "properties: an institution's shares of classes, from all its updates"}, make_label_histogram},
      {{"size_from_norm", "properties: an institution's number of samples, from how long its updates are"},
       make_size_from_norm},
      {{"batch_norm_statistics", "properties: means of its batches, from published running statistics"},
       make_batch_norm_statistics},
  };
  return table;
}

}  // namespace

std::vector<NamedKind> property_attacks() { return named_kinds(kinds()); }

std::unique_ptr<const PropertyAttack> make_property_attack(const std::string& name) {
  return find_kind(kinds(), "property attack", name).make();
}

PropertyScore scored(const PropertyAttack& attack, const Evidence& evidence, const PropertyKnowledge& knowledge,
                     const at::Tensor& truth) {
  PropertyScore score;
  score.error = attack.error(attack.guess(evidence, knowledge), truth);
  score.chance_error = std::numeric_limits<double>::infinity();
  for (const at::Tensor& guess : attack.without_update(evidence, knowledge)) {
    score.chance_error = std::min(score.chance_error, attack.error(guess, truth));
  }
  score.skill =
      score.chance_error > 0.0 ? 1.0 - score.error / score.chance_error : std::numeric_limits<double>::quiet_NaN();
  return score;
}

}  // namespace polyclinic
