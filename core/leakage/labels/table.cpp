#include "core/leakage/labels/label_attack.hpp"

namespace polyclinic {
namespace {

struct LabelAttackKind {
  NamedKind named;
  std::unique_ptr<const LabelAttack> (*make)();
};

const std::vector<LabelAttackKind>& kinds() {
  static const std::vector<LabelAttackKind> table = {
      {{"bias_sign", "labels: classes whose gradient of the last layer's bias is negative"}, make_bias_sign},
      {{"bias_corrected", "labels: the same, with what each record found adds taken out again"}, make_bias_corrected},
      {{"row_sums", "labels: the same by the row sums of the last layer's weights (LLG)"}, make_row_sums},
      {{"prior_p", "labels: from the bias gradient and the public model's mean answer to public images"}, make_prior_p},
      {{"class_prior", "labels: the same with the answers to public images of each class, for any mixture of classes"},
       make_class_prior},
      {{"indices_only", "labels: from which rows of the last layer appear in a sparse update"}, make_indices_only},
  };
  return table;
}

}  // namespace

std::vector<NamedKind> label_attacks() { return named_kinds(kinds()); }

std::unique_ptr<const LabelAttack> make_label_attack(const std::string& name) {
  return find_kind(kinds(), "label attack", name).make();
}

}  // namespace polyclinic
